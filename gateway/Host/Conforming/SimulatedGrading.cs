using System.Collections.Concurrent;
using AvGateway.Drivers;
using AvGateway.Drivers.Conformance;
using AvGateway.Host.Hosting;
using AvGateway.Links;
using AvGateway.Simulator.Devices;
using AvGateway.Simulator.Devices.Courts;

namespace AvGateway.Host.Conforming;

/// <summary>Grades drivers on their simulators, each on its real wire, all at once: they wait more than they work.</summary>
internal static class SimulatedGrading
{
    private const int AtOnce = 40;

    /// <summary>So many may be late because the machine is busy; where more are at fault, it is not the machine.</summary>
    private const int MostTriedAgain = 4;

    /// <summary>There is a simulated device for it.</summary>
    public static bool IsSimulated(DriverManifest driver) => SimulatorCatalog.BuiltIn.TryFind(SimulatedTarget.Of(driver.Name).Setting.Protocol, out _);

    public static async Task<IReadOnlyList<GradeCard>> RunAsync(
        IEnumerable<DriverManifest> drivers, string? transcripts, Action<GradeCard>? done, CancellationToken cancellation, IReadOnlyCollection<string>? only = null)
    {
        var cards = new ConcurrentBag<GradeCard>();
        var again = new ConcurrentBag<(DriverManifest Driver, GradeCard First)>();
        var graded = drivers.Where(IsSimulated).ToArray();
        await Parallel.ForEachAsync(
            graded,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (driver, stop) =>
            {
                var card = await GradeAsync(driver, transcripts, stop, plan => plan with { Only = only });
                if (card.HasFindings && graded.Length > 1)
                {
                    again.Add((driver, card));
                    return;
                }

                cards.Add(card);
                done?.Invoke(card);
            });

        // On a busy machine forty at once can be late by themselves. Whoever is at fault is so alone as well; both cards are told.
        foreach (var (driver, first) in again.OrderBy(a => a.Driver.Name, StringComparer.Ordinal))
        {
            var card = again.Count > MostTriedAgain
                ? first
                : await GradeAsync(driver, transcripts, cancellation, plan => plan with { Only = only }) with { FirstFindings = [.. first.Results.Where(r => r.Outcome is CheckOutcome.Failed)] };
            cards.Add(card);
            done?.Invoke(card);
        }

        return [.. cards.OrderBy(c => c.Plan.Manifest.Name, StringComparer.Ordinal)];
    }

    /// <param name="with">What is tried otherwise than everything is.</param>
    public static async Task<GradeCard> GradeAsync(DriverManifest driver, string? transcripts, CancellationToken cancellation, Func<ConformancePlan, ConformancePlan>? with = null)
    {
        var target = SimulatedTarget.Of(driver.Name);
        await using var court = await SimulatedCourt.StartAsync([target.Setting], TimeProvider.System);
        var uri = target.Link(court.Devices[0].Link.Uri);
        if (!LinkAddress.TryParse(uri, out var link, out var why)) throw new InvalidOperationException(why);
        var plan = new ConformancePlan(driver, link, driver.OptionsWith(target.Options(link)), target.Secret is null ? null : new Secret(target.Secret))
        {
            MayAct = true,
            Choices = target.Choices,
            FarEnd = new SimulatedFarEnd(court.Devices[0].Device),
            Poll = target.Poll,
            Transcripts = transcripts is null ? null : Path.Combine(transcripts, driver.Name.Replace(':', '/')),
        };
        using var silent = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;
        return await ConformanceKit.RunAsync(with is null ? plan : with(plan), Parts.Links(TimeProvider.System, silent), TimeProvider.System, told: null, cancellation);
    }
}
