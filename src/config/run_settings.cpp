#include "config/run_settings.hpp"
