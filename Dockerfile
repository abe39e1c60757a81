# docker build -t executor-scaler:0.1.0 .   (after ./mvnw -DskipTests package)
FROM eclipse-temurin:25-jdk AS runtime
COPY scaler/target/executor-scaler.jar image/runtime.sh /build/
# Under the path that it has in the image: the cache of classes is bound to it.
RUN /build/runtime.sh /build/executor-scaler.jar /app

# glibc, certificates and time zones, no shell and no package manager; its user nonroot is 65532, as the chart has it.
FROM gcr.io/distroless/java-base-debian12:nonroot
COPY --from=runtime /app /app
ENV PATH=/app/jre/bin:/usr/bin:/bin
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["java", "-XX:AOTCache=/app/executor-scaler.aot", "-jar", "/app/executor-scaler.jar"]
CMD ["run", "--http", "0.0.0.0:8080"]
