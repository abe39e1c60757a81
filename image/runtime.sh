#!/bin/sh
# Makes a folder with everything that the service needs to run: the modules of a JDK 25 that it uses, the jar, and a cache of its loaded and linked classes
# (JEP 514), made in a run of the demo. The cache is bound to the jar, its time and to these options of the JVM; with others the JVM goes on without it.
#   image/runtime.sh JAR FOLDER      (JAVA_HOME, or the java that is found, must be a JDK 25)
set -eu
jar=$1
out=$2
[ -z "${JAVA_HOME:-}" ] || PATH=$JAVA_HOME/bin:$PATH
case $(jlink --version) in
  25*) ;;
  *) echo "image/runtime.sh: a JDK 25 is needed, this one is $(jlink --version): set JAVA_HOME" >&2; exit 1 ;;
esac
options="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders"

mkdir -p "$out"
cp "$jar" "$out/executor-scaler.jar"
# The time that builders of images give every file, so that the cache fits the jar there.
TZ=UTC touch -t 197001010000.01 "$out/executor-scaler.jar"
# What jdeps cannot see: jcmd for whoever looks at a running process, and the options of sockets that the HTTP client asks for.
modules=$(jdeps --multi-release 25 --ignore-missing-deps --print-module-deps "$jar"),jdk.jcmd,jdk.net
rm -rf "$out/jre"
jlink --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress zip-6 --output "$out/jre"
# shellcheck disable=SC2086
"$out/jre/bin/java" -XX:AOTCacheOutput="$out/executor-scaler.aot" $options -jar "$out/executor-scaler.jar" demo --for 120 --http 127.0.0.1:0 > "$out/training.log" 2>&1 ||
  { cat "$out/training.log" >&2; exit 1; }
rm "$out/training.log"
ls -l "$out/executor-scaler.aot" > /dev/null
