import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.constantpool.InterfaceMethodRefEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Takes out of the executable jar what its AWS clients never use: the operations that we do not call, the endpoints of services that we do not call, and the
 * classes that nothing refers to any more. The EC2 client alone has some 750 operations, and to verify its one class the JVM loads a class for each of them. Why
 * this and not a library: docs/decisions/0010.
 * <p>
 * What is called is read from our own classes: there is no list to keep. A method that is gone from a client falls back to its interface's own, which throws
 * {@link UnsupportedOperationException}; a service without endpoint data falls back to the SDK's rule for all services.
 */
final class ShrinkAwsSdk {

    private static final String OURS = "executorscaler/";
    private static final String SERVICES = "software/amazon/awssdk/services/";
    private static final String ENDPOINTS = "software/amazon/awssdk/regions/servicemetadata/";
    private static final String ENDPOINT_TABLE = "software/amazon/awssdk/regions/GeneratedServiceMetadataProvider";
    /** Asked for credentials by a service account's token, without a client of ours. */
    private static final String STS = "sts";

    private static final String CLASS = ".class";
    private static final Pattern REFERENCE = Pattern.compile("software/amazon/awssdk/(?:services|regions/servicemetadata)/[\\w/$]+");
    private static final Pattern LAMBDA = Pattern.compile("lambda\\$(\\w+)\\$\\d+");

    private final Map<String, byte[]> files = new TreeMap<>();

    private ShrinkAwsSdk() {}

    /** @param arguments the jar, which is replaced */
    public static void main(String[] arguments) throws IOException {
        new ShrinkAwsSdk().shrink(Path.of(arguments[0]));
    }

    private void shrink(Path jar) throws IOException {
        read(jar);
        long before = files.keySet().stream().filter(ShrinkAwsSdk::shrinks).count();
        var clients = List.of(new Client("ec2", "Ec2"), new Client("autoscaling", "AutoScaling"), new Client("sqs", "Sqs"));
        for (var client : clients) client.strip();
        stripEndpoints(clients.stream().map(client -> client.service).toList());
        var reachable = reachable();
        files.keySet().removeIf(name -> shrinks(name) && !reachable.contains(name));
        write(jar);
        System.out.println("AWS clients with " + clients.stream().map(client -> client.service + client.called).toList() + ": "
                + files.keySet().stream().filter(ShrinkAwsSdk::shrinks).count() + " classes of " + before);
    }

    private void read(Path jar) throws IOException {
        try (var source = new JarFile(jar.toFile())) {
            for (var entries = source.entries(); entries.hasMoreElements();) {
                var entry = entries.nextElement();
                if (entry.isDirectory()) continue;
                try (var content = source.getInputStream(entry)) {
                    files.put(entry.getName(), content.readAllBytes());
                }
            }
        }
    }

    /** The client of one service, and which of its operations are used. */
    private final class Client {

        private final String service;
        private final String face;
        private final String implementation;
        private final String waiter;
        /** How an operation shows in the parameters or the result of a method. */
        private final Pattern operation;
        private final Set<String> operations = new HashSet<>();
        private final Set<String> called = new TreeSet<>();

        Client(String service, String name) {
            this.service = service;
            var root = SERVICES + service + "/";
            face = root + name + "Client";
            implementation = root + "Default" + name + "Client";
            waiter = "L" + root + "waiters/" + name + "Waiter;";
            operation = Pattern.compile("L" + root + "(?:model|paginators)/(\\w+?)(?:Request|Response|Iterable);");
        }

        void strip() {
            for (var method : parse(implementation).methods()) operationOf(method.methodType().stringValue()).ifPresent(operations::add);
            findCalls();
            if (called.isEmpty() || !operations.containsAll(called))
                throw new IllegalStateException("of " + face + " we call " + called + ", and it has " + operations);
            for (var name : List.of(face, implementation)) {
                rewrite(name, ClassTransform.dropping(
                        part -> part instanceof InnerClassesAttribute || (part instanceof MethodModel method && unused(method))));
            }
        }

        private void findCalls() {
            files.forEach((name, content) -> {
                if (!name.startsWith(OURS) || !name.endsWith(CLASS)) return;
                for (var constant : ClassFile.of().parse(content).constantPool()) {
                    if (constant instanceof InterfaceMethodRefEntry method && method.owner().asInternalName().equals(face))
                        operationOf(method.type().stringValue()).or(() -> operationNamed(method.name().stringValue())).ifPresent(called::add);
                }
            });
        }

        private boolean unused(MethodModel method) {
            var descriptor = method.methodType().stringValue();
            if (descriptor.endsWith(waiter)) return true;
            return operationOf(descriptor).or(() -> operationNamed(method.methodName().stringValue())).filter(one -> !called.contains(one))
                    .isPresent();
        }

        private Optional<String> operationOf(String descriptor) {
            var found = operation.matcher(descriptor);
            return found.find() ? Optional.of(found.group(1)) : Optional.empty();
        }

        /** By the name of the method, which a lambda in it carries too. */
        private Optional<String> operationNamed(String method) {
            var lambda = LAMBDA.matcher(method);
            var name = lambda.matches() ? lambda.group(1) : method;
            return Optional.of(Character.toUpperCase(name.charAt(0)) + name.substring(1)).filter(operations::contains);
        }
    }

    /** The table is one chain: {@code builder().put("name", new NameServiceMetadata()).put(...)...build()}; whole links are left out. */
    private void stripEndpoints(List<String> clients) {
        var kept = new HashSet<>(clients);
        kept.add(STS);
        var transform = ClassTransform.transformingMethodBodies(method -> method.methodName().equalsString("<clinit>"),
                CodeTransform.ofStateful(() -> new CodeTransform() {

                    private boolean leavingOut;

                    @Override
                    public void accept(CodeBuilder builder, CodeElement element) {
                        if (element instanceof ConstantInstruction constant && constant.constantValue() instanceof String name)
                            leavingOut = !kept.contains(name);
                        if (!leavingOut) builder.with(element);
                        if (element instanceof InvokeInstruction call && call.name().equalsString("put")) leavingOut = false;
                    }
                }));
        rewrite(ENDPOINT_TABLE, transform);
    }

    private void rewrite(String name, ClassTransform transform) {
        // A constant pool of its own: the old one would still refer to all that is gone. That means new stack maps, which need the classes' supertypes.
        var hierarchy = ClassHierarchyResolver.ofResourceParsing(this::content).orElse(ClassHierarchyResolver.defaultResolver());
        var rewrite = ClassFile.of(ConstantPoolSharingOption.NEW_POOL, ClassHierarchyResolverOption.of(hierarchy));
        files.put(name + CLASS, rewrite.transformClass(parse(name), transform));
    }

    /** Every class of the services that some other class names, from all other classes and from the files in which Java and the SDK look for classes. */
    private Set<String> reachable() {
        var reachable = new HashSet<String>();
        var next = new ArrayDeque<String>();
        files.forEach((name, content) -> {
            if (name.endsWith(CLASS)) {
                if (!shrinks(name)) next.add(name);
            } else if (name.startsWith("META-INF/services/") || name.startsWith(SERVICES)) {
                follow(new String(content, StandardCharsets.UTF_8).replace('.', '/'), reachable, next);
            }
        });
        while (!next.isEmpty()) {
            for (var constant : ClassFile.of().parse(files.get(next.remove())).constantPool()) {
                if (constant instanceof Utf8Entry text) follow(text.stringValue(), reachable, next);
            }
        }
        return reachable;
    }

    private void follow(String text, Set<String> reachable, ArrayDeque<String> next) {
        for (var found = REFERENCE.matcher(text); found.find();) {
            var name = found.group() + CLASS;
            if (files.containsKey(name) && reachable.add(name)) next.add(name);
        }
    }

    private static boolean shrinks(String name) {
        return (name.startsWith(SERVICES) || name.startsWith(ENDPOINTS)) && name.endsWith(CLASS);
    }

    private ClassModel parse(String className) {
        var content = files.get(className + CLASS);
        if (content == null) throw new IllegalStateException("the jar has no " + className);
        return ClassFile.of().parse(content);
    }

    private InputStream content(ClassDesc type) {
        var descriptor = type.descriptorString();
        var content = files.get(descriptor.substring(1, descriptor.length() - 1) + CLASS);
        return content == null ? null : new ByteArrayInputStream(content);
    }

    private void write(Path jar) throws IOException {
        var beside = jar.resolveSibling(jar.getFileName() + ".shrunk");
        try (var target = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(beside)))) {
            files.forEach((name, content) -> {
                try {
                    var entry = new ZipEntry(name);
                    entry.setTimeLocal(LocalDateTime.of(2020, 1, 1, 0, 0)); // the same jar from the same sources
                    target.putNextEntry(entry);
                    target.write(content);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        }
        Files.move(beside, jar, StandardCopyOption.REPLACE_EXISTING);
    }
}
