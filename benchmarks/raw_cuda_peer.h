/* The CUDA driver called from C, without Nexus: what the benchmarks of launches hold Nexus against. Uses device 0. */
#ifndef RAW_CUDA_PEER_H
#define RAW_CUDA_PEER_H

#ifdef __cplusplus
extern "C" {
#endif

/* Each returns the driver's number of a failure, 0 for none. */

/* Loads the kernel `name`, which takes (float*, float*, float, unsigned), from a cubin or PTX and makes a graph of `nodes` launches of it. */
int raw_open(const void* image, const char* name, int nodes);
/* Memory for the copies. */
int raw_open_copies(unsigned long long bytes);

/* Seconds that so many operations take. */

/* Launches without waiting; every `batch` launches the stream is waited for, which is not counted. */
double raw_launches(long count, long batch);
/* The same with calls that run the graph. */
double raw_graph_calls(long count, long batch);
double raw_launches_and_waits(long count);
double raw_graphs_to_the_end(long count);
double raw_copies_to_device(long count);
double raw_copies_to_host(long count);

#ifdef __cplusplus
}
#endif

#endif
