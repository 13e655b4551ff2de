#include "data/batch_order.hpp"
