package executorscaler.aws;

import executorscaler.snapshot.MachineType;
import java.util.Collection;
import java.util.Map;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;

/** Where the meaning of a group's names is looked up: EC2, or files of its saved answers. */
interface Catalog {

    /**
     * What a launch template says.
     *
     * @param type instance type; empty where it names none, because it has requirements or leaves that to others
     * @param spot whether it asks for spot instances
     */
    record Template(String type, boolean spot) {}

    /**
     * What this launch template says.
     *
     * @throws NoMachineType where it could not be asked for
     */
    Template template(LaunchTemplateSpecification template) throws NoMachineType;

    /**
     * Machines by name, without those that are not known.
     *
     * @throws NoMachineType where they could not be asked for: a type that is left out for that reason would make a group look as if it launched only
     *         the others
     */
    Map<String, MachineType> types(Collection<String> names) throws NoMachineType;

    /** In a sentence, that this type is not known. */
    String unknown(String name);
}
