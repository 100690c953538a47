using System.Diagnostics;
using System.Globalization;

namespace AvGateway.Bench.Micro;

/// <summary>The best of several rounds, since everything else on a machine only ever adds; and the bytes allocated for one turn.</summary>
internal static class Measure
{
    private const int Rounds = 9;
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(120);

    public static void Print(string name, Action once)
    {
        var turns = 1;
        while (Time(once, turns) < Round) turns *= 2;
        var best = Enumerable.Range(0, Rounds).Min(_ => Time(once, turns).TotalNanoseconds / turns);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < turns; i++) once();
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)turns;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {best:#,0.#} | {bytes:#,0.#} |"));
    }

    private static TimeSpan Time(Action once, int turns)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < turns; i++) once();
        return Stopwatch.GetElapsedTime(start);
    }
}
