using System.Diagnostics.CodeAnalysis;
using AvGateway.Devices;

namespace AvGateway.Mqtt.Topics;

/// <summary>Builds and reads the topics of one site. Pure.</summary>
/// <param name="root">First level, usually <c>avgw</c>; may have levels of its own.</param>
/// <param name="site">Site id.</param>
public sealed class TopicMap(string root, string site)
{
    public const string DefaultRoot = "avgw";
    public const string Version = "1";

    private const string RequestBranch = "$req/";
    private const string AnswerBranch = "$rsp/";
    private const int MostLevels = 16;

    private readonly string _prefix = $"{root}/{Version}/{site}/";

    public string Root => root;
    public string Site => site;

    /// <summary>Everything that callers may ask, as an MQTT filter.</summary>
    public string RequestFilter => $"{_prefix}$req/#";

    public string GatewayState(string gateway) => $"{_prefix}$gw/{gateway}/state";
    public string GatewayDescription(string gateway) => $"{_prefix}$gw/{gateway}/info";
    public string GatewayHealth(string gateway) => $"{_prefix}$gw/{gateway}/health";

    /// <summary>Every topic of a device begins with this.</summary>
    public string DeviceBranch(DeviceId id) => $"{_prefix}{id.Room}/{id.Name}/";
    public string DeviceDescription(DeviceId id) => DeviceBranch(id) + "$desc";
    public string DeviceState(DeviceId id) => DeviceBranch(id) + "$state";
    public string Property(DeviceId id, string property) => DeviceBranch(id) + property;
    public string Target(DeviceId id, string property) => $"{DeviceBranch(id)}{property}/$target";
    public string Event(DeviceId id, string type) => $"{DeviceBranch(id)}$event/{type}";

    public string Hearing(string room) => $"{_prefix}{room}/$hearing";
    public string Schedule(string job) => $"{_prefix}$schedule/{job}";

    public string Scene(string room, string scene) => $"{_prefix}{room}/$scene/{scene}";

    /// <param name="place">A device as <c>room/device</c>, a room, or null for the site.</param>
    public string Probe(string? place, string probe) => place is null ? $"{_prefix}$probe/{probe}" : $"{_prefix}{place}/$probe/{probe}";

    public string Watch(string watch) => $"{_prefix}$watch/{watch}";
    public string WatchedCall(string watch, string call) => $"{_prefix}$watch/{watch}/{call}";

    public string Readiness(string room) => $"{_prefix}{room}/$readiness";
    public string Power(string run) => $"{_prefix}$power/{run}";
    public string Inspection(string inspection) => $"{_prefix}$inspection/{inspection}";
    public string Inspection(string inspection, string room) => $"{_prefix}$inspection/{inspection}/{room}";
    public string Fault(string fault) => $"{_prefix}$fault/{fault}";
    public string FollowUp(string fault) => $"{_prefix}$follow-up/{fault}";
    public string Report(string fault) => $"{_prefix}$report/{fault}";
    public string FaultLog => $"{_prefix}$fault-log";
    public string Silence(string silence) => $"{_prefix}$silence/{silence}";
    public string Notice(string contact) => $"{_prefix}$notice/{contact}";
    public string Line(string line) => $"{_prefix}$line/{line}";
    public string Roster(string roster) => $"{_prefix}$roster/{roster}";
    public string Escalation(string party, string fault) => $"{_prefix}$escalation/{party}/{fault}";

    public string Request(string caller, string target) => $"{_prefix}{RequestBranch}{caller}/{target}";
    public string Answer(string caller, string id) => $"{_prefix}{AnswerBranch}{caller}/{id}";

    /// <summary>True for a topic that can be published to, in this caller's own answer branch.</summary>
    public bool IsAnswerTopicOf(string caller, string topic)
    {
        var branch = $"{_prefix}{AnswerBranch}{caller}/";
        return topic.Length > branch.Length && topic.Length <= 256 && topic.StartsWith(branch, StringComparison.Ordinal)
            && topic.AsSpan().IndexOfAny('+', '#', '\0') < 0;
    }

    /// <summary>Reads the caller of a request topic, whatever follows; the rest may still be no request.</summary>
    public bool TryReadCaller(string topic, out string caller)
    {
        caller = "";
        if (!TryReadBranch(topic, RequestBranch, out var rest)) return false;
        var slash = rest.IndexOf('/');
        if (slash < 0 || !TopicId.IsId(rest[..slash])) return false;
        caller = rest[..slash].ToString();
        return true;
    }

    public bool TryReadRequest(string topic, [NotNullWhen(true)] out RequestTarget? target)
    {
        target = null;
        if (!TryReadCaller(topic, out var caller)) return false;
        var rest = topic.AsSpan(_prefix.Length + RequestBranch.Length + caller.Length + 1);
        if (!TrySplit(rest, out var levels) || Find(TopicTable.Requests, levels) is not { } row) return false;
        target = new(caller, row, levels);
        return true;
    }

    /// <summary>Finds the row of a published topic of this site.</summary>
    public bool TryReadPublished(string topic, [NotNullWhen(true)] out TopicRow? row, out IReadOnlyList<string> levels)
    {
        row = null;
        levels = [];
        if (!topic.StartsWith(_prefix, StringComparison.Ordinal) || !TrySplit(topic.AsSpan(_prefix.Length), out var split)) return false;
        levels = split;
        row = Find(TopicTable.Published, split);
        return row is not null;
    }

    private bool TryReadBranch(string topic, string branch, out ReadOnlySpan<char> rest)
    {
        rest = default;
        if (!topic.StartsWith(_prefix, StringComparison.Ordinal)) return false;
        rest = topic.AsSpan(_prefix.Length);
        if (!rest.StartsWith(branch, StringComparison.Ordinal)) return false;
        rest = rest[branch.Length..];
        return true;
    }

    private static bool TrySplit(ReadOnlySpan<char> rest, out string[] levels)
    {
        Span<Range> ranges = stackalloc Range[MostLevels + 1];
        var count = rest.Split(ranges, '/');
        levels = [];
        if (count > MostLevels) return false;
        levels = new string[count];
        for (var i = 0; i < count; i++) levels[i] = rest[ranges[i]].ToString();
        return true;
    }

    private static TopicRow? Find(IReadOnlyList<TopicRow> rows, string[] levels)
    {
        foreach (var row in rows)
        {
            if (IsOne(row, levels)) return row;
        }

        return null;
    }

    private static bool IsOne(TopicRow row, string[] levels)
    {
        if (row.Levels.Count != levels.Length) return false;
        for (var i = 0; i < levels.Length; i++)
        {
            var expected = row.Levels[i];
            if (TopicRow.IsParameter(expected) ? !TopicId.Fits(expected, levels[i]) : expected != levels[i]) return false;
        }

        return true;
    }
}
