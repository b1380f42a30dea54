// What a script can name, FAULTY_PLACE(name) each: every entry of the table, every kind of command, and two sums. Who tells kinds of commands
// from the rest defines FAULTY_COMMAND(name) too. No include guard: it is included wherever such a list is needed.
#ifndef FAULTY_COMMAND
#define FAULTY_COMMAND(name) FAULTY_PLACE(name)
#endif

#define FAULTY_ENTRY(need, name, parameters) FAULTY_PLACE(name)
NXS_PLUGIN_ENTRIES(FAULTY_ENTRY)
#undef FAULTY_ENTRY

FAULTY_COMMAND(launch)
FAULTY_COMMAND(copy)
FAULTY_COMMAND(fill)
FAULTY_COMMAND(signal)
FAULTY_COMMAND(wait)
FAULTY_COMMAND(host_call)
FAULTY_COMMAND(timestamp)

FAULTY_PLACE(any)
FAULTY_PLACE(device)

#undef FAULTY_COMMAND
#undef FAULTY_PLACE
