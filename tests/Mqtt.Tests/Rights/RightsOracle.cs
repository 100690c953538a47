using AvGateway.Operations.Access;

namespace AvGateway.Mqtt.Tests.Rights;

/// <summary>
/// The rights as the contract tells them to people, as plain patterns, with a matching of its own: nothing here is shared with the gateway.
/// Below the site <c>ROOM</c> is any level that does not begin with <c>$</c>.
/// </summary>
internal static class RightsOracle
{
    public const string Site = "avgw/1/city";

    /// <summary>One of each role, two rooms for one of them, and names that are each other's beginnings.</summary>
    public static readonly User[] Everybody =
    [
        new("panel-1", Role.Panel, ["court-1"]),
        new("panel-12", Role.Panel, ["court-1", "court-12"]),
        new("judge", Role.Judge, ["court-2"]),
        new("clerk", Role.Clerk, ["court-12"]),
        new("engineer", Role.Engineer, []),
        new("scheduler", Role.Scheduler, []),
        new("auditor", Role.Auditor, []),
        new("admin", Role.Admin, []),
        new("acme", Role.Vendor, [], "acme"),
        new("acme-2", Role.Vendor, [], "acme-2"),
    ];

    public static readonly string[] Rooms = ["court-1", "court-12", "court-2"];

    private static readonly string[] Service =
    [
        "ROOM/#", "$gw/#", "$schedule/#", "$power/#", "$probe/#", "$line/#", "$watch/#", "$inspection/#", "$silence/#", "$notice/#", "$roster/#", "$fault/#", "$report/#", "$fault-log/#", "$escalation/#", "$rsp/ME/#", "/homeassistant/#",
    ];

    private static readonly Dictionary<Role, (string[] Reads, string[] Writes)> Table = new()
    {
        [Role.Panel] = (["OWN/#", "$gw/+/state", "$gw/+/info", "$rsp/ME/#"], ["$req/ME/+/#"]),
        [Role.Judge] = (["OWN/#", "$gw/+/state", "$gw/+/info", "$rsp/ME/#"], ["$req/ME/+/#"]),
        [Role.Clerk] = (["OWN/#", "$gw/+/state", "$gw/+/info", "$rsp/ME/#"], ["$req/ME/+/#"]),
        [Role.Engineer] = (Service, ["$req/ME/+/#"]),
        [Role.Scheduler] = (Service, ["$req/ME/+/#"]),
        [Role.Auditor] = (Service, []),
        [Role.Admin] = (Service, ["$req/ME/+/#"]),
        [Role.Vendor] = (["$escalation/VENDOR/#", "$rsp/ME/#"], ["$req/ME/+/#"]),
    };

    /// <summary>The patterns that this user may read, and those he may write, level by level.</summary>
    public static (string[][] Reads, string[][] Writes) Of(User user)
    {
        var (reads, writes) = Table[user.Role];
        return (Expand(reads), Expand(writes));

        string[][] Expand(string[] patterns) =>
            [.. patterns.SelectMany(p => p.StartsWith("OWN/", StringComparison.Ordinal) ? user.Rooms.Select(r => r + p[3..]) : [p]).Select(p => Full(p).Split('/'))];

        string Full(string pattern) => pattern.StartsWith('/')
            ? pattern[1..]
            : $"{Site}/{pattern.Replace("ME", user.Name, StringComparison.Ordinal).Replace("VENDOR", user.Vendor, StringComparison.Ordinal)}";
    }

    public static bool Allows(string[][] patterns, string topic)
    {
        var levels = topic.Split('/');
        return Array.Exists(patterns, p => Meets(p, levels, 0, isTopic: true));
    }

    /// <summary>Whether a filter has any topic in common with the patterns.</summary>
    public static bool Touches(string[][] patterns, string filter)
    {
        var levels = filter.Split('/');
        return Array.Exists(patterns, p => Meets(p, levels, 0, isTopic: false));
    }

    /// <summary>MQTT 4.7 for one topic.</summary>
    public static bool Matches(string filter, string topic)
    {
        if (topic.StartsWith('$') && filter[0] is '+' or '#') return false;
        return Meets(filter.Split('/'), topic.Split('/'), 0, isTopic: true);
    }

    private static bool Meets(string[] left, string[] right, int i, bool isTopic)
    {
        var (leftEnds, rightEnds) = (i == left.Length, i == right.Length);
        if (!leftEnds && left[i] == "#") return true;
        if (!isTopic && !rightEnds && right[i] == "#") return true;
        if (leftEnds || rightEnds) return leftEnds && rightEnds;
        return One(left[i], right[i], isTopic) && Meets(left, right, i + 1, isTopic);
    }

    private static bool One(string pattern, string level, bool isTopic)
    {
        if (!isTopic && level == "+") return true;
        return pattern switch { "+" => true, "ROOM" => !level.StartsWith('$'), _ => pattern == level };
    }
}
