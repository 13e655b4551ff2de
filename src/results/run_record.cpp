#include "results/run_record.hpp"
