#!/usr/bin/env bash
# Static analysis of the sources that do not need libtorch, and of the shell scripts' syntax.
set -euo pipefail
cd "$(dirname "$0")/.."
# missingReturn: the compiler checks that, and knows which members never return.
for script in run.sh test.sh .ci/run scripts/*.sh; do bash -n "$script"; done
cppcheck --quiet --std=c++20 --language=c++ --enable=warning,performance,portability -j 2 \
  --inline-suppr --suppress=missingIncludeSystem --suppress=unknownMacro \
  --suppress=useInitializationList --suppress=internalAstError --suppress=syntaxError --suppress=missingReturn --error-exitcode=1 \
  -I src -i src/compute/torch -i src/training -i src/cli/train src
echo "lint: nothing found"
