using Pipeline.Testing;
using YamlDotNet.RepresentationModel;

namespace Pipeline.Compose;

/// <summary>What kubectl makes of infra/k8s. No cluster is asked.</summary>
public sealed class KubernetesManifestTests
{
    static readonly string[] Services = ["rollout", "diffusion", "similarity-vgg", "similarity-blip", "learner", "studio"];

    [Theory]
    [InlineData("base")]
    [InlineData("full")]
    [InlineData("gpu")]
    public async Task Every_service_has_probes_and_limits_and_may_do_no_more_than_it_must(string folder)
    {
        var deployments = (await BuildAsync(folder)).Where(manifest => Text(manifest, "kind") == "Deployment").ToArray();
        deployments.Select(manifest => Text(manifest, "metadata", "name")).ShouldBe(Services, ignoreOrder: true);
        foreach (var pod in deployments.Select(deployment => Node(deployment, "spec", "template", "spec")))
        {
            var container = Node(pod, "containers")[0];
            foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
                Text(container, probe, "httpGet", "path").ShouldStartWith("/health/");
            Text(container, "resources", "limits", "memory").ShouldNotBeEmpty();
            Text(container, "securityContext", "readOnlyRootFilesystem").ShouldBe("true");
            Text(container, "securityContext", "allowPrivilegeEscalation").ShouldBe("false");
            Node(container, "securityContext", "capabilities", "drop")[0].ToString().ShouldBe("ALL");
            Text(pod, "securityContext", "runAsNonRoot").ShouldBe("true");
            Text(pod, "automountServiceAccountToken").ShouldBe("false");
        }
    }

    [Fact]
    public async Task Diffusion_is_scaled_by_all_messages_of_its_queue_those_in_hand_included()
    {
        var manifests = await BuildAsync("base");
        var scaled = manifests.Single(manifest => Text(manifest, "kind") == "ScaledObject");
        Text(scaled, "spec", "scaleTargetRef", "name").ShouldBe("diffusion");
        var triggers = (YamlSequenceNode)Node(scaled, "spec", "triggers");
        triggers.Select(trigger => Text(trigger, "metadata", "queueName")).ShouldBe(["render-images", "plan-drawings"]);
        triggers.ShouldAllBe(trigger => Text(trigger, "metadata", "protocol") == "http" && Text(trigger, "metadata", "mode") == "QueueLength");
        var login = manifests.Single(manifest => Text(manifest, "kind") == "TriggerAuthentication");
        triggers.ShouldAllBe(trigger => Text(trigger, "authenticationRef", "name") == Text(login, "metadata", "name"));
    }

    [Theory]
    [InlineData("base")]
    [InlineData("full")]
    public async Task Nothing_is_open_by_default_and_every_service_reaches_the_servers(string folder)
    {
        var policies = (await BuildAsync(folder)).Where(manifest => Text(manifest, "kind") == "NetworkPolicy")
            .ToDictionary(manifest => Text(manifest, "metadata", "name"));
        ((YamlMappingNode)Node(policies["deny-everything"], "spec", "podSelector")).Children.ShouldBeEmpty();
        Node(policies["deny-everything"], "spec", "policyTypes").ToString().ShouldBe("[ Ingress, Egress ]");
        Node(policies["deny-everything"], "spec").AllNodes.ShouldNotContain(node => node.ToString() == "egress");
        var selected = (YamlSequenceNode)Node(policies["services-to-servers"], "spec", "podSelector", "matchExpressions")[0]["values"];
        selected.Select(name => name.ToString()).ShouldBe(Services, ignoreOrder: true);
    }

    [Fact]
    public async Task Studio_is_reached_by_who_forwards_its_port_and_by_nobody_else()
    {
        var manifests = await BuildAsync("base");
        manifests.ShouldNotContain(manifest => Text(manifest, "kind") == "Ingress");
        var service = manifests.Single(manifest => Text(manifest, "kind") == "Service");
        Text(service, "metadata", "name").ShouldBe("studio");
        Text(service, "spec", "type").ShouldBe("ClusterIP");
        // A forwarded port comes by the kubelet, which no policy is about.
        manifests.Where(manifest => Text(manifest, "kind") == "NetworkPolicy").SelectMany(policy => ((YamlMappingNode)Node(policy, "spec")).Children.Keys)
            .ShouldNotContain(key => key.ToString() == "ingress");
    }

    [Fact]
    public async Task The_servers_for_a_trial_keep_their_data_and_take_connections_from_the_pipeline_alone()
    {
        var manifests = await BuildAsync("servers");
        var servers = manifests.Where(manifest => Text(manifest, "kind") == "StatefulSet").ToArray();
        servers.Select(server => Text(server, "metadata", "name")).ShouldBe(["postgres", "rabbitmq"], ignoreOrder: true);
        servers.ShouldAllBe(server => Text(Node(server, "spec", "volumeClaimTemplates")[0], "metadata", "name") == "data");
        manifests.Count(manifest => Text(manifest, "kind") == "NetworkPolicy").ShouldBe(2);
    }

    static async Task<IReadOnlyList<YamlNode>> BuildAsync(string folder)
    {
        var (code, output) = await Command.TryAsync("kubectl", ["kustomize", Path.Combine(Repository.Root, "infra", "k8s", folder)]);
        Assert.SkipWhen(code == -1, "kubectl is not installed.");
        code.ShouldBe(0, output);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(output));
        return [.. yaml.Documents.Select(document => document.RootNode)];
    }

    static YamlNode Node(YamlNode from, params string[] path) => path.Aggregate(from, (node, key) => node[key]);

    static string Text(YamlNode from, params string[] path) => Node(from, path).ToString();
}
