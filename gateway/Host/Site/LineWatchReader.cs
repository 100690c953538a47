using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using AvGateway.Drivers.Runtime;
using AvGateway.LineWatch.Capture;
using AvGateway.LineWatch.Watching;

namespace AvGateway.Host.Site;

/// <summary>Reads <c>"capture"</c>: which lines are watched where, how bad is bad, and how evidence is kept.</summary>
internal sealed class LineWatchReader(List<Finding> findings, string folder)
{
    private const int MiB = 1024 * 1024;
    private const int MostLines = 4;
    private const int LeastMemory = 1;
    private const int MostMemory = 64;
    private const int MostEvidence = 4096;
    private const int ShortestKey = 16;
    private const int LongestInterface = 15;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public CapturePlan? Read(JsonNodeAt? node, IReadOnlyList<string> branches, IReadOnlyList<DevicePlan> devices)
    {
        if (node is null) return null;
        var shape = new JsonShape(node, findings, "agent", "lines", "limits", "evidence");
        var agent = shape.Text("agent") ?? CapturePlan.UsualAgent;
        if (!Path.IsPathRooted(agent) || agent.Length > 100) findings.Add(node["agent"]!.Error($"\"{agent}\" is no full path of a local socket", $"leave it out for {CapturePlan.UsualAgent}"));
        string[] addresses = [.. devices.Select(d => d.Link.Host).Where(h => IPAddress.TryParse(h, out _)).Distinct(StringComparer.Ordinal).Take(WatchPlan.MostDevices)];
        var nodes = shape.List("lines");
        var lines = nodes.Select(n => ReadLine(n, branches, addresses)).ToList();
        foreach (var (line, i) in lines.Select((l, i) => (l, i)))
        {
            if (line is null) continue;
            if (lines.FindIndex(l => l?.Id == line.Id) < i) findings.Add(nodes[i].Error($"a second watch is called \"{line.Id}\"", "give each line of \"capture\" its own id"));
            else if (lines.FindIndex(l => l?.Subject == line.Subject) < i) findings.Add(nodes[i].Error($"two watches speak of \"{line.Subject}\"", "one watch speaks of a line; leave \"branch\" out at the other"));
        }

        if (lines.Count > MostLines) findings.Add(node["lines"]!.Error($"more than {MostLines} lines", "one capture process watches four"));
        if (lines.Count == 0) findings.Add(node.Notice("\"lines\" names nothing, so nothing is watched", "add \"lines\": [{ \"id\": …, \"interface\": … }]"));
        else TellWhatIsMissing(node, agent, nodes);
        return Evidence(node, new(agent, [.. lines.OfType<LinePlan>()]) { Limits = ReadLimits(node) });
    }

    private LinePlan? ReadLine(JsonNodeAt node, IReadOnlyList<string> branches, string[] addresses)
    {
        var shape = new JsonShape(node, findings, "id", "name", "interface", "branch", "sipPorts", "mediaPorts", "devices", "memory", "span");
        var id = shape.Id("id");
        var name = shape.NamesOr(id);
        var card = shape.Text("interface", required: true) ?? "";
        if (card.Length > LongestInterface || card.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '@' or ':')))
            findings.Add(node["interface"]!.Error($"\"{card}\" is no name of an interface", "ip link lists them, for example eth1"));
        var branch = shape.Text("branch");
        if (branch is not null && !branches.Contains(branch)) findings.Add(node["branch"]!.Error($"\"network\" lists no \"{branch}\"", "name the id of a line of \"network\""));
        int[] sipPorts = [.. shape.List("sipPorts").Select(Port)];
        var (first, last) = Range(node, shape.Text("mediaPorts"));
        var watch = new WatchPlan(id, card)
        {
            SipPorts = node["sipPorts"] is null ? [5060] : sipPorts,
            FirstMediaPort = first,
            LastMediaPort = last,
            Devices = shape.Flag("devices", otherwise: true) ? addresses : [],
            RingOctets = Whole(node, "memory", LeastMemory, MostMemory, 16) * MiB,
            RingSpan = shape.Duration("span", TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)) ?? TimeSpan.FromMinutes(5),
        };
        return id.Length == 0 || card.Length == 0 ? null : new(watch, name.Zh, name.En, branch);
    }

    private LineLimits ReadLimits(JsonNodeAt node)
    {
        var usual = new LineLimits();
        if (node["limits"] is not { } given) return usual;
        var shape = new JsonShape(given, findings, "lossWarn", "lossAlarm", "jitterWarn", "jitterAlarm", "lasts");
        var limits = new LineLimits
        {
            LossWarn = Percent(given, "lossWarn", usual.LossWarn),
            LossAlarm = Percent(given, "lossAlarm", usual.LossAlarm),
            JitterWarn = Jitter(shape, "jitterWarn") ?? usual.JitterWarn,
            JitterAlarm = Jitter(shape, "jitterAlarm") ?? usual.JitterAlarm,
            Lasts = shape.Duration("lasts", TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10)) ?? usual.Lasts,
        };
        if (limits.LossWarn > limits.LossAlarm) findings.Add((given["lossWarn"] ?? given["lossAlarm"])!.Error("the warning would come after the alarm", "make \"lossWarn\" less than \"lossAlarm\""));
        if (limits.JitterWarn > limits.JitterAlarm) findings.Add((given["jitterWarn"] ?? given["jitterAlarm"])!.Error("the warning would come after the alarm", "make \"jitterWarn\" less than \"jitterAlarm\""));
        return limits;
    }

    private CapturePlan Evidence(JsonNodeAt node, CapturePlan plan)
    {
        if (node["evidence"] is not { } given) return plan;
        var shape = new JsonShape(given, findings, "before", "after", "keep", "most", "key");
        plan = plan with
        {
            Before = shape.Duration("before", TimeSpan.Zero, TimeSpan.FromMinutes(10)) ?? plan.Before,
            After = shape.Duration("after", TimeSpan.Zero, TimeSpan.FromMinutes(10)) ?? plan.After,
            Keep = shape.Duration("keep", TimeSpan.FromHours(1), TimeSpan.FromDays(90)) ?? plan.Keep,
            MostEvidence = Whole(given, "most", LeastMemory, MostEvidence, (int)(plan.MostEvidence / MiB)) * (long)MiB,
        };
        if (shape.Text("key") is not { } reference) return plan;
        var key = SecretReference.Resolve(reference, folder, out var why);
        if (key is null) findings.Add(given["key"]!.Error(why!, SecretReference.Form));
        else if (key.Reveal().Length < ShortestKey) findings.Add(given["key"]!.Error($"the key is shorter than {ShortestKey} characters", "make one with: openssl rand -hex 32"));
        return plan with { Key = key };
    }

    // A site file may be checked on another machine than it is meant for: said, and no error.
    private void TellWhatIsMissing(JsonNodeAt node, string agent, IReadOnlyList<JsonNodeAt> lines)
    {
        if (!File.Exists(agent)) Notice(node, CaptureCondition.NoAgent(agent));
        if (!CaptureLibrary.IsThere) Notice(node, CaptureCondition.NoLibrary);
        string[] cards = [.. NetworkInterface.GetAllNetworkInterfaces().Select(i => i.Name)];
        foreach (var line in lines)
            if (line["interface"] is { Text: { } card } place && !cards.Contains(card)) Notice(place, CaptureCondition.NoInterface(card, cards));
    }

    private void Notice(JsonNodeAt place, CaptureCondition condition) =>
        findings.Add(place.Notice(Texts.Say(condition.Zh, condition.En), Texts.Say(condition.RemedyZh, condition.RemedyEn)));

    private int Port(JsonNodeAt node)
    {
        if (node.Kind is JsonValueKind.Number && node.Number == Math.Truncate(node.Number) && node.Number is > 0 and <= ushort.MaxValue) return (int)node.Number;
        findings.Add(node.Error("a port of 1 … 65535 is needed here", "write for example 5060"));
        return 5060;
    }

    private (int First, int Last) Range(JsonNodeAt node, string? text)
    {
        if (text is null) return (0, ushort.MaxValue);
        if (text.Split('-') is [var from, var to] && ushort.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && ushort.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last) && first > 0 && first <= last) return (first, last);
        findings.Add(node["mediaPorts"]!.Error($"\"{text}\" is no range of ports", "write for example \"10000-20000\""));
        return (0, ushort.MaxValue);
    }

    private int Whole(JsonNodeAt node, string name, int least, int most, int otherwise)
    {
        if (node[name] is not { } value) return otherwise;
        if (value.Kind is JsonValueKind.Number && value.Number == Math.Truncate(value.Number) && value.Number >= least && value.Number <= most) return (int)value.Number;
        findings.Add(value.Error($"a whole number of {least} … {most} is needed here, in MiB", $"write for example {otherwise}"));
        return otherwise;
    }

    private double Percent(JsonNodeAt node, string name, double otherwise)
    {
        if (node[name] is not { } value) return otherwise;
        if (value.Kind is JsonValueKind.Number && value.Number is > 0 and <= 100) return value.Number;
        findings.Add(value.Error("a share of 0 … 100 per cent is needed here", "write for example 1.5"));
        return otherwise;
    }

    private static double? Jitter(JsonShape shape, string name) => shape.Duration(name, TimeSpan.FromMilliseconds(1), Second)?.TotalMilliseconds;
}
