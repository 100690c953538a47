namespace AvGateway.Mqtt.Tests.Rights;

/// <summary>The topics of the contract, family by family, and random filters over their words.</summary>
internal static class TopicGrammar
{
    private static readonly string[] Ids = ["court-1", "court-12", "court-2", "panel-1", "panel-12", "judge", "engineer", "acme", "acme-2", "gw-1", "state", "info", "x"];

    private static readonly string[] Families =
    [
        "$gw/gw-1/state", "$gw/gw-1/info", "$gw/gw-1/health", "ROOM/matrix/$desc", "ROOM/matrix/$state", "ROOM/matrix/output-1", "ROOM/matrix/output-1/$target",
        "ROOM/matrix/$probe/tcp", "ROOM/$probe/climate", "$probe/database", "$line/line-1", "ROOM/matrix/$event/front-panel", "ROOM/$hearing", "ROOM/$scene/trial", "$schedule/night", "$power/run-1", "$fault/f-1", "$report/f-1", "$inspection/i-1", "$inspection/i-1/court-1",
        "$escalation/VENDOR/f-1", "$fault-log", "$silence/s-1", "$notice/zhang", "$roster/duty", "$req/USER/$silence/do/set", "$req/USER/$notice/zhang/do/trial", "$rsp/USER/a1", "$req/USER/court-1/matrix/do/route", "$req/USER/court-2/$hearing/do/open", "$req/USER/$power/do/off", "$req/USER/court-1/$probe/climate/do/run", "$req/USER/$inspection/do/run", "$req/USER/$service/do/add", "$req/USER/$channel/sms/do/test",
    ];

    /// <summary>Every family with every room, vendor and user; and neighbours outside of the site.</summary>
    public static readonly string[] Topics =
    [
        .. Families.SelectMany(f =>
            f.Contains("ROOM", StringComparison.Ordinal) ? RightsOracle.Rooms.Select(r => f.Replace("ROOM", r, StringComparison.Ordinal))
            : f.Contains("VENDOR", StringComparison.Ordinal) ? new[] { "acme", "acme-2" }.Select(v => f.Replace("VENDOR", v, StringComparison.Ordinal))
            : f.Contains("USER", StringComparison.Ordinal) ? RightsOracle.Everybody.Select(u => f.Replace("USER", u.Name, StringComparison.Ordinal))
            : [f]).Select(t => $"{RightsOracle.Site}/{t}"),
        "homeassistant/sensor/court-1/config", "avgw/1/town/court-1/matrix/output-1", "avgw/2/city/court-1/matrix/output-1", "other",
    ];

    private static readonly string[][] Split = [.. Topics.Select(t => t.Split('/'))];

    /// <summary>A topic of the contract with levels exchanged, cut, lengthened or made wild.</summary>
    public static string Filter(Random random)
    {
        var levels = Split[random.Next(Split.Length)].ToList();
        for (var i = 0; i < levels.Count; i++)
        {
            var dice = random.Next(12);
            if (dice < 3) levels[i] = "+";
            else if (dice == 3 && i > 2) levels[i] = Ids[random.Next(Ids.Length)];
        }

        if (random.Next(8) == 0) levels.Add(Ids[random.Next(Ids.Length)]);
        if (random.Next(3) == 0)
        {
            var keep = random.Next(levels.Count + 1);
            levels.RemoveRange(keep, levels.Count - keep);
            levels.Add("#");
        }

        return string.Join('/', levels);
    }

    /// <summary>A topic under this filter, by words of the contract.</summary>
    public static string TopicUnder(string filter, Random random)
    {
        var levels = filter.Split('/').Select((l, i) => l == "+" ? Word(i) : l).ToList();
        if (levels[^1] == "#")
        {
            levels.RemoveAt(levels.Count - 1);
            for (var more = random.Next(levels.Count == 0 ? 1 : 0, 4); more > 0; more--) levels.Add(Word(levels.Count));
        }

        return string.Join('/', levels);

        // Below the site stand rooms and the branches of the contract; what else begins with $ is no topic of anybody.
        string Word(int level) => level == 3 ? Split[random.Next(Split.Length - 4)][level] : random.Next(3) == 0 ? Split[random.Next(Split.Length)][^1] : Ids[random.Next(Ids.Length)];
    }
}
