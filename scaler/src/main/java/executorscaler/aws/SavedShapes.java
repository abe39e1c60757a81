package executorscaler.aws;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/** The command line's JSON to the SDK's shapes, member by member: the names are the same, as both are made from one model of the service. */
final class SavedShapes {

    private SavedShapes() {}

    /** A member that cannot be what the file says; the message names member, rule and value. */
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1;

        Unfit(String member, String rule, JsonNode was) {
            super(member + " must be " + rule + ", was " + was);
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    /** Fills a builder of the SDK. Members that the shape does not have are passed over. */
    static <B extends SdkPojo> B fill(B builder, JsonNode json) throws Unfit {
        for (var field : builder.sdkFields()) {
            var value = json.path(field.memberName());
            if (!value.isMissingNode() && !value.isNull()) field.set(builder, value(field, value));
        }
        return builder;
    }

    private static @Nullable Object value(SdkField<?> field, JsonNode json) throws Unfit {
        var name = field.memberName();
        var type = field.marshallingType();
        if (type.equals(MarshallingType.STRING)) return json.asText();
        if (type.equals(MarshallingType.INTEGER)) {
            if (!json.canConvertToInt()) throw new Unfit(name, "a whole number", json);
            return json.asInt();
        }
        if (type.equals(MarshallingType.LONG)) {
            if (!json.canConvertToLong()) throw new Unfit(name, "a whole number", json);
            return json.asLong();
        }
        if (type.equals(MarshallingType.DOUBLE)) {
            if (!json.isNumber()) throw new Unfit(name, "a number", json);
            return json.asDouble();
        }
        if (type.equals(MarshallingType.BOOLEAN)) {
            if (!json.isBoolean()) throw new Unfit(name, "true or false", json);
            return json.asBoolean();
        }
        if (type.equals(MarshallingType.INSTANT)) return instant(name, json);
        if (type.equals(MarshallingType.SDK_POJO)) {
            if (!json.isObject()) throw new Unfit(name, "an object", json);
            return built(fill(field.constructor().get(), json));
        }
        if (type.equals(MarshallingType.LIST)) {
            if (!json.isArray()) throw new Unfit(name, "a list", json);
            var member = field.getTrait(ListTrait.class).memberFieldInfo();
            var list = new ArrayList<@Nullable Object>();
            for (var element : json) list.add(value(member, element));
            return list;
        }
        return null; // no other kind is in the shapes that are read
    }

    private static Object instant(String name, JsonNode json) throws Unfit {
        try {
            return OffsetDateTime.parse(json.asText()).toInstant(); // the CLI writes +00:00, not Z
        } catch (DateTimeException noTime) {
            throw new Unfit(name, "a time", json);
        }
    }

    /** Constructors of fields give builders; a list or an object holds what they build. */
    private static Object built(SdkPojo filled) {
        return filled instanceof Buildable builder ? builder.build() : filled;
    }
}
