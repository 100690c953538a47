using System.Diagnostics;
using AvGateway.Bench.Wire;

namespace AvGateway.Bench.Workloads;

/// <summary>W4. All devices are gone at once, refuse for a while, and return at once.</summary>
internal static class Recovery
{
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Dictionary<string, double> Run(Session session)
    {
        var (start, links) = (Loop.Now, session.Farm.Accepted);
        session.Farm.GoDown();
        var seen = double.NaN;
        var thrownOut = session.ThrownOut;
        if (session.Loop.Until(() => Is(session, online: 0), Down)) seen = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        session.Loop.For(Down - Stopwatch.GetElapsedTime(start));
        var back = Loop.Now;
        session.Farm.Listen();
        var isAll = session.Loop.Until(() => Is(session, session.Farm.Count), Patience);
        return new()
        {
            ["seen_off_ms"] = seen,
            ["all_back_ms"] = isAll ? Stopwatch.GetElapsedTime(back).TotalMilliseconds : double.NaN,
            ["not_back"] = session.Farm.Count - session.Online,
            ["observer_thrown_out"] = session.ThrownOut - thrownOut,
            ["links_per_device"] = (session.Farm.Accepted - links) / (double)session.Farm.Count,
        };
    }

    private static bool Is(Session session, int online)
    {
        session.Observe();
        return session.Online == online && session.Farm.Linked == online;
    }
}
