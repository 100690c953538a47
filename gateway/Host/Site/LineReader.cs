using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using AvGateway.Operations.Faults;
using AvGateway.Operations.Lines;
using AvGateway.Operations.Parties;
using AvGateway.Operations.Probes;

namespace AvGateway.Host.Site;

/// <summary>Reads <c>"watch"</c> of the lines in <c>"network"</c>: the far gateway, the secret, and the routers between.</summary>
internal sealed class LineReader(List<Finding> findings, string folder, IReadOnlyList<Branch> network, PartyBook parties)
{
    private const string AddressForm = "write an address and a port, for example \"10.2.0.10:8620\"; names are not looked up while a line is in trouble";
    private const int ShortestKey = 16;
    private const double LeastLoss = 0.5, MostLoss = 50;

    public ImmutableArray<LinePlan> Read(IReadOnlyList<JsonNodeAt> nodes, ImmutableArray<ProbePlan> probes)
    {
        var plans = new List<LinePlan>();
        foreach (var node in nodes.Where(n => n.Kind is JsonValueKind.Object && n["watch"] is not null))
        {
            if (ReadOne(node["watch"]!, network.FirstOrDefault(b => b.Id == node["id"]?.Text), probes) is not { } plan) continue;
            if (plans.Exists(p => p.Peer.Equals(plan.Peer))) findings.Add(node["watch"]!["peer"]!.Error("two lines are watched to one peer", "the far gateway listens at a port of its own for each line"));
            plans.Add(plan);
        }

        return [.. plans];
    }

    private LinePlan? ReadOne(JsonNodeAt node, Branch? line, ImmutableArray<ProbePlan> probes)
    {
        var shape = new JsonShape(node, findings, "far", "peer", "key", "listen", "rate", "silentAfter", "loss", "variation", "router", "carrierHop", "farRouter", "port", "clock", "farContact");
        if (line is { Kind: not BranchKind.Line }) findings.Add(node.Error("only a line is watched from both ends", "take \"watch\" out, or write \"kind\": \"line\""));
        var far = shape.Id("far");
        var peer = Endpoint(shape, "peer", required: true);
        if (peer is { Port: 0 }) findings.Add(node["peer"]!.Error("a peer has a port", AddressForm));
        var key = Key(node, shape);
        var rate = node["rate"] is null ? LinePlan.UsualRate : Whole(node["rate"]!);
        var usual = LineLimits.Usual;
        var limits = new LineLimits(Loss(node), shape.Duration("variation", TimeSpan.FromMilliseconds(5), TimeSpan.FromSeconds(2))?.TotalMilliseconds ?? usual.Variation,
            shape.Duration("silentAfter", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)) ?? usual.SilentAfter);
        var plan = new LinePlan(line?.Id ?? "", far, peer ?? new(IPAddress.Loopback, 1), key ?? new(""))
        {
            Listen = Endpoint(shape, "listen", required: false),
            Rate = rate,
            Limits = limits,
            NearRouter = Router(node, shape, "router"),
            CarrierHop = Router(node, shape, "carrierHop"),
            FarRouter = Router(node, shape, "farRouter"),
            Port = Probe(node, shape, "port", "snmp-interface", probes),
            Clock = Probe(node, shape, "clock", "ntp", probes),
            FarContact = shape.Text("farContact"),
            Circuit = line?.Circuit,
            Carrier = line?.Party,
        };
        if (plan.FarContact is { } contact && parties.Contact(contact) is null) findings.Add(node["farContact"]!.Error($"\"contacts\" lists no \"{contact}\"", "add the far court's duty to \"contacts\""));
        return line is { Kind: BranchKind.Line } && far.Length > 0 && peer is not null && key is not null ? plan : null;
    }

    private AvGateway.Links.Secret? Key(JsonNodeAt node, JsonShape shape)
    {
        if (shape.Text("key", required: true) is not { } reference) return null;
        var key = SecretReference.Resolve(reference, folder, out var why);
        if (key is null) findings.Add(node["key"]!.Error(why!, SecretReference.Form));
        else if (key.Reveal().Length < ShortestKey) findings.Add(node["key"]!.Error($"the key has fewer than {ShortestKey} characters", "make one with: openssl rand -base64 32"));
        return key;
    }

    private IPEndPoint? Endpoint(JsonShape shape, string member, bool required)
    {
        if (shape.Text(member, required) is not { } text) return null;
        if (text.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(text, out var endpoint) && (endpoint.Port > 0 || text.EndsWith(":0", StringComparison.Ordinal))) return endpoint;
        findings.Add(shape.Member(member)!.Error($"\"{text}\" is no address with a port", AddressForm));
        return null;
    }

    private IPAddress? Router(JsonNodeAt node, JsonShape shape, string member)
    {
        if (shape.Text(member) is not { } text) return null;
        if (IPAddress.TryParse(text, out var address)) return address;
        findings.Add(node[member]!.Error($"\"{text}\" is no IP address", "write for example \"10.1.0.1\""));
        return null;
    }

    private string? Probe(JsonNodeAt node, JsonShape shape, string member, string kind, ImmutableArray<ProbePlan> probes)
    {
        if (shape.Text(member) is not { } id) return null;
        if (probes.FirstOrDefault(p => p.Id == id) is not { } probe) findings.Add(node[member]!.Error($"\"probes\" lists no \"{id}\"", $"add a probe of kind {kind}"));
        else if (probe.Kind.Name != kind) findings.Add(node[member]!.Error($"\"{id}\" is a {probe.Kind.Name} probe", $"name a probe of kind {kind}"));
        return id;
    }

    private int Whole(JsonNodeAt value)
    {
        if (value.Kind is JsonValueKind.Number && value.Number == Math.Truncate(value.Number) && value.Number is >= 1 and <= LinePlan.MostRate) return (int)value.Number;
        findings.Add(value.Error($"a whole number of 1 … {LinePlan.MostRate} is needed here", $"questions a second, {LinePlan.UsualRate} when left out"));
        return LinePlan.UsualRate;
    }

    private double Loss(JsonNodeAt node)
    {
        if (node["loss"] is not { } value) return LineLimits.Usual.Loss;
        if (value.Kind is JsonValueKind.Number && value.Number is >= LeastLoss and <= MostLoss) return value.Number;
        findings.Add(value.Error($"a number of {LeastLoss} … {MostLoss} is needed here", "percent of one direction beyond which the line is degraded"));
        return LineLimits.Usual.Loss;
    }
}
