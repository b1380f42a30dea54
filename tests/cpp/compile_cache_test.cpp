// The cache of compiled programs: what it finds, what it survives, what it deletes.
#include "plugins/support/compile_cache.h"

#include "environment_variable.h"
#include "temporary_folder.h"

#include "plugins/support/sha256.h"

#include <gtest/gtest.h>

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <vector>

namespace fs = std::filesystem;
using nexus::plugin_support::CompileCache;
using nexus::plugin_support::CompileKey;
using nexus::plugin_support::sha256;

namespace {

std::vector<std::string> logged;
void log(std::int32_t, const char* message) { logged.emplace_back(message); }

CompileKey key(const std::string& source = "kernel") { return {"cpu", "c++", "znver4", "g++ 12", "-O3", source}; }

std::vector<fs::path> filesIn(const fs::path& folder) {
  std::vector<fs::path> files;
  if (fs::exists(folder))
    for (const auto& file : fs::directory_iterator(folder)) files.push_back(file.path());
  return files;
}

class CompileCacheTest : public testing::Test {
 protected:
  CompileCacheTest() { logged.clear(); }
  TemporaryFolder folder;
  std::string path = folder.path() + "/cache";
  CompileCache cache{path, 1 << 20, log};
};

}  // namespace

TEST(Sha256, KnownSums) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesDoNotMatter) {
  const std::string text(300, 'x');
  for (std::size_t piece = 1; piece < 130; ++piece) {
    nexus::plugin_support::Sha256 sum;
    for (std::size_t i = 0; i < text.size(); i += piece) sum.add(std::string_view(text).substr(i, piece));
    EXPECT_EQ(sum.hex(), sha256(text)) << piece;
  }
}

TEST_F(CompileCacheTest, GivesBackWhatWasStored) {
  const std::string program("\0binary\n\nbytes\xff", 16);
  EXPECT_FALSE(cache.lookup(key()));
  cache.store(key(), program);
  EXPECT_EQ(cache.lookup(key()), program);
  EXPECT_EQ(filesIn(path).size(), 1u) << "no temporary file is left";
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
  cache.store(key(), "another");
  EXPECT_EQ(cache.lookup(key()), "another");
  cache.store(key("empty"), "");
  EXPECT_EQ(cache.lookup(key("empty")), "");
  EXPECT_TRUE(logged.empty());
}

TEST_F(CompileCacheTest, EveryPartOfTheKeyCounts) {
  cache.store(key(), "program");
  for (std::string CompileKey::* part : {&CompileKey::runtime, &CompileKey::language, &CompileKey::target, &CompileKey::compiler,
                                         &CompileKey::options, &CompileKey::source}) {
    CompileKey other = key();
    other.*part += "x";
    EXPECT_FALSE(cache.lookup(other));
  }
  // The same characters, divided otherwise.
  CompileKey moved = key();
  moved.options = moved.compiler + moved.options;
  moved.compiler = "";
  EXPECT_NE(moved.digest(), key().digest());
}

TEST_F(CompileCacheTest, DamagedEntriesAreRebuilt) {
  const std::string program(5000, 'p');
  cache.store(key(), program);
  const fs::path entry = filesIn(path).at(0);
  std::ifstream stored(entry, std::ios::binary);
  const std::string good((std::istreambuf_iterator<char>(stored)), std::istreambuf_iterator<char>());
  std::vector<std::string> damages{"", "nexus-compile-cache 1\n", good.substr(0, good.size() - 1), good + "x", "x" + good};
  std::string flipped = good;
  flipped[good.size() - 2500] ^= 1;
  damages.push_back(flipped);
  for (const std::string& damage : damages) {
    logged.clear();
    std::ofstream(entry, std::ios::binary) << damage;
    EXPECT_FALSE(cache.lookup(key()));
    EXPECT_FALSE(fs::exists(entry));
    ASSERT_EQ(logged.size(), 1u);
    EXPECT_NE(logged[0].find("damaged"), std::string::npos);
    cache.store(key(), program);
    EXPECT_EQ(cache.lookup(key()), program);
  }
}

TEST_F(CompileCacheTest, LeastRecentlyUsedGoFirst) {
  const std::string program(1000, 'p');
  const CompileCache small{path, 4500, log};
  const auto age = [&](const std::string& source, int hours) {
    fs::last_write_time(path + "/" + key(source).digest() + ".entry", fs::file_time_type::clock::now() - std::chrono::hours(hours));
  };
  small.store(key("a"), program);
  small.store(key("b"), program);
  small.store(key("c"), program);
  age("a", 3);
  age("b", 2);
  age("c", 1);
  EXPECT_TRUE(small.lookup(key("a"))) << "makes it the last used";
  small.store(key("d"), program);
  EXPECT_TRUE(small.lookup(key("a")));
  EXPECT_FALSE(small.lookup(key("b")));
  EXPECT_TRUE(small.lookup(key("c")));
  EXPECT_TRUE(small.lookup(key("d")));
}

TEST_F(CompileCacheTest, ProgramsOverTheLimitAreNotKept) {
  const CompileCache small{path, 1000, log};
  small.store(key(), std::string(1000, 'p'));
  EXPECT_FALSE(small.lookup(key()));
  EXPECT_TRUE(filesIn(path).empty());
}

TEST_F(CompileCacheTest, AbandonedFilesAreRemoved) {
  cache.store(key("first"), "program");
  const std::string fresh = path + "/fresh.entry.1-0.tmp", old = path + "/old.entry.1-0.tmp", foreign = path + "/notes.txt";
  for (const std::string& file : {fresh, old, foreign}) std::ofstream(file) << "x";
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(2));
  cache.store(key("second"), "program");
  EXPECT_TRUE(fs::exists(fresh));
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(foreign));
}

TEST_F(CompileCacheTest, WorksWithoutAFolder) {
  const CompileCache none{"", 1 << 20, log};
  none.store(key(), "program");
  EXPECT_FALSE(none.lookup(key()));
  EXPECT_TRUE(logged.empty());
}

TEST_F(CompileCacheTest, FoldersThatCannotBeWrittenAreReportedOnce) {
  std::ofstream(folder.path() + "/file") << "x";
  const CompileCache blocked{folder.path() + "/file/cache", 1 << 20, log};
  blocked.store(key(), "program");
  blocked.store(key(), "program");
  EXPECT_FALSE(blocked.lookup(key()));
  ASSERT_EQ(logged.size(), 1u);
  EXPECT_NE(logged[0].find(folder.path() + "/file/cache"), std::string::npos) << logged[0];
  EXPECT_NE(logged[0].find("NEXUS_CACHE_DIR"), std::string::npos) << logged[0];
}

// Whatever stops a write half way, no entry comes of it, nothing is left behind, and what fits is kept.
TEST_F(CompileCacheTest, WritesThatFailHalfWay) {
  const std::string large(300'000, 'x'), small = "small";
  // In a child, whose limits and file systems are its own. Returns its exit status: 0, what failed, or 77 where it may not.
  const auto inChild = [&](auto limit) {
    const pid_t child = fork();
    if (child == 0) {
      if (!limit()) _exit(77);
      cache.store(key("large"), large);
      cache.store(key("large"), large);
      if (cache.lookup(key("large")) || !filesIn(path).empty()) _exit(1);
      if (logged.size() != 1 || logged[0].find("compiled programs are not kept in " + path + ": cannot write: ") != 0) _exit(2);
      cache.store(key("small"), small);
      if (cache.lookup(key("small")) != small || logged.size() != 1) _exit(3);
      _exit(0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  EXPECT_EQ(inChild([] {
              signal(SIGXFSZ, SIG_IGN);
              const rlimit limit{100'000, 100'000};
              return setrlimit(RLIMIT_FSIZE, &limit) == 0;
            }),
            0);
  ASSERT_FALSE(cache.lookup(key("large")));
  fs::remove_all(path);
  fs::create_directory(path);
  const int onFullDisk = inChild([&] {
    // A container may allow neither.
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
    return mount("tmpfs", path.c_str(), "tmpfs", 0, "size=128k") == 0;
  });
  if (onFullDisk == 77) GTEST_SKIP() << "no small file system can be mounted here: only a limit on the size of files was tested";
  EXPECT_EQ(onFullDisk, 0);
}

TEST_F(CompileCacheTest, ManyProcessesAtOnce) {
  std::vector<pid_t> children;
  for (int child = 0; child < 4; ++child) {
    const pid_t pid = fork();
    if (pid == 0) {
      const CompileCache own{path, 40'000, log};
      int wrong = 0;
      for (int i = 0; i < 200; ++i) {
        const std::string source = std::to_string(i % 10), program(5000, static_cast<char>('a' + i % 10));
        if (const auto found = own.lookup(key(source)); found && *found != program) ++wrong;
        own.store(key(source), program);
      }
      _exit(wrong + static_cast<int>(logged.size()));
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = -1;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0);
  }
  std::uintmax_t total = 0;
  for (const fs::path& file : filesIn(path)) {
    EXPECT_EQ(file.extension(), ".entry");
    total += fs::file_size(file);
  }
  EXPECT_GT(total, 0u);
  EXPECT_LE(total, 40'000u);
}

TEST_F(CompileCacheTest, FolderAndSizeFromTheEnvironment) {
  const EnvironmentVariable home("HOME", "/home/someone");
  {
    const EnvironmentVariable directory("NEXUS_CACHE_DIR", {}), cacheHome("XDG_CACHE_HOME", {}), size("NEXUS_CACHE_SIZE", {});
    EXPECT_EQ(CompileCache::fromEnvironment(log).folder(), "/home/someone/.cache/nexus");
    const EnvironmentVariable relative("XDG_CACHE_HOME", "relative");
    EXPECT_EQ(CompileCache::fromEnvironment(log).folder(), "/home/someone/.cache/nexus");
    const EnvironmentVariable absolute("XDG_CACHE_HOME", "/var/cache");
    EXPECT_EQ(CompileCache::fromEnvironment(log).folder(), "/var/cache/nexus");
    const EnvironmentVariable nothing("NEXUS_CACHE_DIR", "");
    EXPECT_EQ(CompileCache::fromEnvironment(log).folder(), "");
  }
  const EnvironmentVariable directory("NEXUS_CACHE_DIR", path.c_str());
  EXPECT_EQ(CompileCache::fromEnvironment(log).folder(), path);
  {
    const EnvironmentVariable size("NEXUS_CACHE_SIZE", "0");
    EXPECT_EQ(CompileCache::fromEnvironment(log).folder(), "");
  }
  {
    const EnvironmentVariable size("NEXUS_CACHE_SIZE", "1K");
    CompileCache::fromEnvironment(log).store(key(), std::string(1024, 'p'));
    EXPECT_FALSE(cache.lookup(key()));
    CompileCache::fromEnvironment(log).store(key(), std::string(100, 'p'));
    EXPECT_TRUE(cache.lookup(key()));
  }
  for (const char* wrong : {"much", "-1", "1T", "99999999999999999999", "20000000000G"}) {
    logged.clear();
    const EnvironmentVariable size("NEXUS_CACHE_SIZE", wrong);
    EXPECT_EQ(CompileCache::fromEnvironment(log).folder(), path);
    ASSERT_EQ(logged.size(), 1u) << wrong;
    EXPECT_NE(logged[0].find(wrong), std::string::npos);
  }
}
