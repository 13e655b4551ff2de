#include "config/grid.hpp"
