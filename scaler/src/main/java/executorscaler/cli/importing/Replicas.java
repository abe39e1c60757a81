package executorscaler.cli.importing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** KEDA's ScaledObjects (keda.sh/v1alpha1) and HorizontalPodAutoscalers (autoscaling/v2) as executors. */
final class Replicas {

    private static final int KEDA_MOST = 100; // KEDA's default of maxReplicaCount
    private static final int KEDA_LENGTH = 5; // and of listLength
    private static final Pattern DAILY = Pattern.compile("([0-9]{1,2}) ([0-9]{1,2}) \\* \\* ([0-9A-Za-z,*-]+)");
    private static final List<String> DAYS = List.of("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");

    private final Draft draft;

    Replicas(Draft draft) {
        this.draft = draft;
    }

    /** A ScaledObject. */
    void scaledObject(Tree object) {
        var spec = object.at("spec");
        var from = named(object);
        var target = spec.at("scaleTargetRef");
        if (!target.text("kind").orElse("Deployment").equals("Deployment")) {
            draft.lost(from, "its target is a " + target.text("kind").orElse("") + ", and executors are Deployments");
            return;
        }
        var lists = spec.list("triggers").stream().filter(trigger -> trigger.text("type").filter("redis"::equals).isPresent()).toList();
        if (lists.isEmpty()) {
            spec.list("triggers").forEach(trigger -> lost(from, trigger));
            draft.lost(from, "no trigger of it reads a Redis list");
            return;
        }
        var metadata = lists.getFirst().at("metadata");
        if (!redis(from, lists.getFirst())) return;
        var executor = executor(object, target.text("name").orElse(""));
        var running = queue(executor, from, metadata.text("listName").orElse(""));
        executor.put("jobsPerPod", Math.max(1, metadata.whole("listLength").orElse(KEDA_LENGTH)));
        bounds(executor, spec.whole("minReplicaCount").orElse(0), spec.whole("maxReplicaCount").orElse(KEDA_MOST));
        for (var further : lists.subList(1, lists.size())) {
            var list = further.at("metadata").text("listName").orElse("");
            if (!list.equals(running)) draft.lost(from + " list " + list, "an executor has one queue");
        }
        var schedules = new ArrayList<Map<String, Object>>();
        for (var trigger : spec.list("triggers")) {
            if (trigger.text("type").filter("redis"::equals).isPresent()) continue;
            var schedule = trigger.text("type").filter("cron"::equals).isPresent()
                    ? schedule(trigger.at("metadata"), executor)
                    : Optional.<Map<String, Object>>empty();
            schedule.ifPresentOrElse(schedules::add, () -> lost(from, trigger));
        }
        if (!schedules.isEmpty()) executor.put("schedules", schedules);
        behaviour(executor, from, spec.at("advanced", "horizontalPodAutoscalerConfig", "behavior"));
        settings(from, spec);
        if (metadata.has("activationListLength")) draft.lost(from + " activationListLength", "one job is enough for a pod");
        object.at("metadata", "annotations").texts().keySet().stream().filter(key -> key.startsWith("autoscaling.keda.sh/paused"))
                .forEach(key -> draft.lost(from + " annotation " + key,
                        "on the Deployment it is executor-scaler/pause or executor-scaler/force-replicas"));
        draft.executors.add(executor);
    }

    /** What else a ScaledObject says, of which nothing here is a match. */
    private void settings(String from, Tree spec) {
        if (spec.has("fallback")) draft.lost(from + " fallback", "while Redis cannot be read replicas stay as they are");
        if (spec.has("idleReplicaCount")) draft.lost(from + " idleReplicaCount", "minReplicas is for idle times, too");
        if (spec.has("cooldownPeriod")) draft.lost(from + " cooldownPeriod", "replicas go to the minimum like to any other number: scaleDown");
        if (spec.has("initialCooldownPeriod")) draft.lost(from + " initialCooldownPeriod", "replicas follow the queue from the first look on");
        if (spec.at("advanced").has("scalingModifiers")) draft.lost(from + " scalingModifiers", "replicas follow the queue alone");
        if (spec.at("advanced").text("restoreToOriginalReplicaCount").filter("true"::equals).isPresent())
            draft.lost(from + " restoreToOriginalReplicaCount", "replicas stay as they are when an executor is taken out of the config");
    }

    /** A HorizontalPodAutoscaler; only one that counts a queue says anything about jobs. */
    void autoscaler(Tree object) {
        var spec = object.at("spec");
        var from = named(object);
        var target = spec.at("scaleTargetRef");
        var owner = object.at("metadata").list("ownerReferences").stream().filter(one -> one.text("kind").filter("ScaledObject"::equals).isPresent())
                .findFirst();
        if (owner.isPresent()) { // it counts the same list as the ScaledObject, and would be a second executor of one Deployment
            draft.lost(from, "KEDA made it of ScaledObject " + owner.get().text("name").orElse("?") + ", and that is what is imported");
            return;
        }
        var counted = spec.list("metrics").stream().filter(metric -> metric.text("type").filter("External"::equals).isPresent())
                .map(metric -> metric.at("external"))
                .findFirst();
        for (var metric : spec.list("metrics")) {
            var type = metric.text("type").orElse("");
            if (type.equals("Resource") || type.equals("ContainerResource"))
                draft.lost(from + " metric " + metric.at("resource").text("name").or(() -> metric.at("containerResource").text("name")).orElse(type),
                        "replicas follow the queue alone");
            else if (!type.equals("External")) draft.lost(from + " metric of type " + type, "replicas follow the queue alone");
        }
        if (counted.isEmpty() || !target.text("kind").orElse("").equals("Deployment")) {
            draft.lost(from, counted.isEmpty() ? "no metric of it counts a queue" : "its target is no Deployment");
            return;
        }
        var executor = executor(object, target.text("name").orElse(""));
        var labels = counted.get().at("metric", "selector", "matchLabels").texts();
        var list = List.of("list", "key", "queue", "listName").stream().map(labels::get).filter(java.util.Objects::nonNull).findFirst();
        queue(executor, from, list.orElse(""));
        draft.check(from + ": nothing says on which Redis its list is; taken for the one of redis.url");
        var average = counted.get().at("target").whole("averageValue");
        executor.put("jobsPerPod", Math.max(1, average.orElse(1)));
        if (average.isEmpty()) draft.check(from + ": its target is no whole averageValue; jobsPerPod 1 is a guess");
        bounds(executor, spec.whole("minReplicas").orElse(1), spec.whole("maxReplicas").orElse(KEDA_MOST));
        behaviour(executor, from, spec.at("behavior"));
        draft.executors.add(executor);
    }

    private Map<String, Object> executor(Tree object, String deployment) {
        var executor = new LinkedHashMap<String, Object>();
        executor.put("name", Draft.name(deployment.isEmpty() ? object.at("metadata").text("name").orElse("") : deployment, draft.executors));
        var namespace = object.at("metadata").text("namespace");
        if (namespace.isEmpty()) draft.check(named(object) + " names no namespace: taken for default");
        executor.put("deployment", namespace.orElse("default") + "/" + deployment);
        return executor;
    }

    /** The key of the list of running jobs. */
    private String queue(Map<String, Object> executor, String from, String list) {
        var waiting = list.isEmpty() ? executor.get("name") + ":waiting" : list;
        if (list.isEmpty()) draft.check(from + ": nothing says which Redis list it is for; " + waiting + " is a guess");
        var framework = Framework.of(waiting);
        var kept = framework.map(known -> known.running(waiting)).orElse("");
        var running = kept.isEmpty() ? waiting + ":running" : kept;
        var queue = new LinkedHashMap<String, Object>();
        queue.put("kind", "list");
        queue.put("waiting", waiting);
        queue.put("running", running);
        executor.put("queue", queue);
        framework.ifPresent(known -> draft.check(from + ": " + known.remark()));
        if (kept.isEmpty())
            draft.check(from + ": workers have to keep the list " + running
                    + " of jobs in flight (docs/workers.md); until they do, running pods are not safe");
        return running;
    }

    private static void bounds(Map<String, Object> executor, int least, int most) {
        executor.put("minReplicas", least);
        executor.put("maxReplicas", Math.max(least, most));
    }

    /** Whether the queue is on the Redis of this config: on any other its key is missing, which reads as no jobs. */
    private boolean redis(String from, Tree trigger) {
        var metadata = trigger.at("metadata");
        var address = metadata.text("address").or(() -> metadata.text("host").map(host -> host + ":" + metadata.text("port").orElse("6379")));
        if (address.isPresent()) {
            var url = (metadata.text("enableTLS").orElse("").equals("true") ? "rediss://" : "redis://") + address.get() + "/"
                    + metadata.whole("databaseIndex").orElse(0);
            var known = draft.redis.putIfAbsent("url", url);
            if (known != null && !known.equals(url)) {
                draft.lost(from, "its list is on " + url + ", and one config reads one Redis, here " + known);
                return false;
            }
        }
        if (metadata.has("addressFromEnv") || metadata.has("hostFromEnv"))
            draft.check(from + ": its address comes from the pod's environment: see redis.url");
        if (metadata.has("passwordFromEnv"))
            draft.check(from + ": its password comes from the pod's environment: mount it as a file and say redis.passwordFile");
        if (metadata.has("usernameFromEnv"))
            draft.check(from + ": its user comes from the pod's environment: mount it as a file and say redis.usernameFile");
        trigger.at("authenticationRef").text("name").ifPresent(name -> draft.check(from + ": it logs in by TriggerAuthentication " + name
                + ": mount its Secret as files and say redis.passwordFile, and usernameFile and caFile if there are any"));
        if (metadata.text("unsafeSsl").filter("true"::equals).isPresent())
            draft.lost(from + " unsafeSsl", "certificates are always checked: say redis.caFile");
        return true;
    }

    private void behaviour(Map<String, Object> executor, String from, Tree behaviour) {
        var down = behaviour.at("scaleDown");
        var own = new LinkedHashMap<String, Object>();
        down.whole("stabilizationWindowSeconds").ifPresent(seconds -> own.put("stabilizationWindowSeconds", seconds));
        for (var policy : down.list("policies")) {
            int value = policy.whole("value").orElse(0);
            int period = policy.whole("periodSeconds").orElse(0);
            if (policy.text("type").filter("Pods"::equals).isPresent() && value > 0 && period > 0 && !own.containsKey("maxPodsPerMinute"))
                own.put("maxPodsPerMinute", Math.max(1, value * 60 / period));
            else
                draft.lost(from + " scaleDown policy of type " + policy.text("type").orElse("?"), "the pace is a number of pods: maxPodsPerMinute");
        }
        if (behaviour.has("scaleUp")) draft.lost(from + " scaleUp behavior", "replicas rise at once to what the queue needs");
        if (!own.isEmpty()) executor.put("scaleDown", own);
    }

    /** A cron trigger whose ends are at a time of day is a schedule. */
    private static Optional<Map<String, Object>> schedule(Tree cron, Map<String, Object> executor) {
        var start = DAILY.matcher(cron.text("start").orElse(""));
        var end = DAILY.matcher(cron.text("end").orElse(""));
        var replicas = cron.whole("desiredReplicas");
        if (!start.matches() || !end.matches() || replicas.isEmpty() || !start.group(3).equals(end.group(3))) return Optional.empty();
        var days = days(start.group(3));
        if (days.isEmpty() || Integer.parseInt(start.group(2)) > 23 || Integer.parseInt(end.group(2)) > 23) return Optional.empty();
        var schedule = new LinkedHashMap<String, Object>();
        if (!start.group(3).equals("*")) schedule.put("days", days.get());
        schedule.put("from", "%02d:%02d".formatted(Integer.parseInt(start.group(2)), Integer.parseInt(start.group(1))));
        schedule.put("to", "%02d:%02d".formatted(Integer.parseInt(end.group(2)), Integer.parseInt(end.group(1))));
        schedule.put("timeZone", cron.text("timezone").orElse("UTC"));
        schedule.put("minReplicas", Math.min(replicas.getAsInt(), (int) executor.getOrDefault("maxReplicas", KEDA_MOST)));
        return Optional.of(schedule);
    }

    private static Optional<List<String>> days(String field) {
        var days = new ArrayList<String>();
        for (var part : field.equals("*") ? new String[0] : field.split(",", -1)) {
            var ends = part.split("-", -1);
            var words = new ArrayList<String>();
            for (var end : ends) {
                if (end.matches("[0-7]")) words.add(DAYS.get(Integer.parseInt(end)));
                else
                    DAYS.stream().filter(day -> day.equalsIgnoreCase(end)).findFirst().ifPresent(words::add);
            }
            if (words.size() != ends.length || words.size() > 2) return Optional.empty();
            days.add(String.join("-", words));
        }
        return Optional.of(days);
    }

    private void lost(String from, Tree trigger) {
        var type = trigger.text("type").orElse("?");
        draft.lost(from + " trigger " + type, type.startsWith("redis") && type.contains("streams")
                ? "queues are lists; streams are not read"
                : type.equals("cron") ? "schedules are times of the day and days of the week" : "replicas follow the queue alone");
    }

    private static String named(Tree object) {
        return object.text("kind").orElse("?") + " " + object.at("metadata").text("name").orElse("?");
    }
}
