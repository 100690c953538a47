using System.Diagnostics;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Workloads;

/// <summary>W3. Nothing happens but the polls that prove each device alive: what a gateway costs in the night.</summary>
internal static class Supervision
{
    public static Dictionary<string, double> Run(Session session, TimeSpan settle, TimeSpan time)
    {
        session.Loop.For(settle);
        var (start, before, polls) = (Loop.Now, session.Usage(), session.Farm.Polls);
        session.Loop.For(time);
        var (took, after) = (Stopwatch.GetElapsedTime(start).TotalSeconds, session.Usage());
        return new()
        {
            ["cpu_s_per_min"] = (after.CpuSeconds - before.CpuSeconds) * 60 / took,
            ["rss_mib"] = after.ResidentMib,
            ["polls_per_s"] = (session.Farm.Polls - polls) / took,
        };
    }
}
