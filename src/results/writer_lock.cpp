#include "results/writer_lock.hpp"
