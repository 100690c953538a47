namespace AvGateway.Faults.PowerLoss;

/// <summary>One state that a power cut might have left, and what the outside had been told until then.</summary>
/// <param name="Boundary">Number of the sync before which the power went.</param>
public sealed record PowerCut(int Boundary, Loss Loss, string Folder, IReadOnlyList<string> Told);

/// <summary>Cuts the power just before syncs of a log take effect, when most is at stake.</summary>
public static class PowerCuts
{
    /// <summary>Builds states spread over the whole log, each in a folder of its own below <paramref name="work"/>.</summary>
    /// <param name="folder">The folder that the logged process used.</param>
    /// <param name="keepsPromise">As for <see cref="CrashDisk"/>.</param>
    public static IEnumerable<PowerCut> Of(string log, string folder, string work, int states, int seed, Func<string, bool>? keepsPromise = null)
    {
        var random = new Random(seed);
        var losses = Enum.GetValues<Loss>();
        var boundaries = new SystemCallLog(folder).Read(log).Count(c => c.Kind is CallKind.SyncBegins);
        var chosen = Enumerable.Range(0, boundaries * losses.Length).OrderBy(_ => random.Next()).Take(states).ToHashSet();
        var disk = new CrashDisk(keepsPromise);
        var told = new List<string>();
        var boundary = -1;
        foreach (var call in new SystemCallLog(folder).Read(log))
        {
            if (call.Kind is CallKind.Told) told.AddRange(System.Text.Encoding.UTF8.GetString(call.Bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries));
            if (call.Kind is CallKind.SyncBegins)
            {
                boundary++;
                foreach (var loss in losses.Where(l => chosen.Contains(boundary * losses.Length + (int)l)))
                {
                    var left = Directory.CreateDirectory(Path.Combine(work, $"cut-{boundary}-{loss}")).FullName;
                    disk.Leave(folder, left, loss, random);
                    yield return new(boundary, loss, left, [.. told]);
                }
            }

            disk.Apply(call);
        }
    }
}
