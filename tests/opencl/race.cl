// Wrong on purpose: the items of a block write one element at the same time. A checker that does not say so does not check.
__kernel void noop(void) {
  __local volatile uint shared;
  shared = (uint)get_local_id(0);
}
