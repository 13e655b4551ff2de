#include "results/result_file.hpp"
