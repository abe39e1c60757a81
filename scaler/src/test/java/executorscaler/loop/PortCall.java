package executorscaler.loop;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A call of one of the ports that a process writes through, before the world hears of it. */
final class PortCall {

    /** Says what becomes of a call. */
    @FunctionalInterface
    interface Fate {
        Object of(PortCall call) throws Throwable;
    }

    private final Object world;
    private final Method method;
    private final Object[] arguments;

    private PortCall(Object world, Method method, Object[] arguments) {
        this.world = world;
        this.method = method;
        this.arguments = arguments;
    }

    /** The port, with a fate between it and the world. */
    static <T> T port(Class<T> port, T world, Fate fate) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[]{port},
                (_, method, arguments) -> fate.of(new PortCall(world, method, arguments))));
    }

    String name() {
        return method.getName();
    }

    /** The kind of the action; where it is about none, the method's name. */
    String about() {
        return arguments[0] instanceof String ? name() : arguments[0].getClass().getSimpleName();
    }

    /** Whether it asks and changes nothing. */
    boolean asks() {
        return name().startsWith("confirm");
    }

    /** The world hears of it. */
    Object perform() throws Throwable {
        try {
            return method.invoke(world, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
