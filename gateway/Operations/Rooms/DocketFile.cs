using System.Security.Cryptography;
using AvGateway.Operations.Journal;
using AvGateway.Scenes.Hearings.Docket;
using Microsoft.Extensions.Logging;

namespace AvGateway.Operations.Rooms;

/// <summary>
/// Brings the docket of a file in whenever the file has changed. A file with findings changes nothing and is told once; one that is not renewed
/// counts as silent after a while, and then guards.
/// </summary>
/// <param name="source">Absolute path; CSV, iCalendar or JSON by its ending.</param>
public sealed partial class DocketFile(string source, TimeSpan every, TimeZoneInfo zone, DocketBook docket, IServiceJournal journal, TimeProvider time, ILogger<DocketFile> log) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _watching = Task.CompletedTask;
    private (DateTime Written, long Length) _seen;
    private string? _trouble;

    public void Start() => _watching = Task.Run(WatchAsync, CancellationToken.None);

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        using var ticks = new PeriodicTimer(every, time);
        try
        {
            do await LookAsync(_stopping.Token);
            while (await ticks.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Told to stop.
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            var file = new FileInfo(source);
            var now = (file.LastWriteTimeUtc, file.Length);
            if (now == _seen) return;
            var bytes = await File.ReadAllBytesAsync(source, cancellation);
            _seen = now;
            Take(bytes);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            Tell(unreadable.Message);
        }
    }

    private void Take(byte[] bytes)
    {
        var reading = (DocketForms.OfFile(source) ?? DocketForm.Json).Read(bytes, zone);
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if (!docket.Accept(DocketSource.File, reading))
        {
            var first = reading.Findings[0];
            Tell($"{reading.Findings.Length} findings, the first at {first.Place}: {first.Says.En}");
            return;
        }

        _trouble = null;
        Taken(log, source, reading.Entries.Length);
        journal.Append(new(time.GetUtcNow(), "docket.taken", "docket", "gateway", $$"""{"via":"file","digest":"{{digest}}","entries":{{reading.Entries.Length}}}"""));
    }

    private void Tell(string trouble)
    {
        if (trouble == _trouble) return;
        _trouble = trouble;
        NotTaken(log, source, trouble);
        journal.Append(new(time.GetUtcNow(), "docket.refused", "docket", "gateway", """{"via":"file"}"""));
    }

    [LoggerMessage(EventId = 2620, Level = LogLevel.Information, Message = "Docket {File}: {Count} hearings")]
    private static partial void Taken(ILogger log, string file, int count);

    [LoggerMessage(EventId = 2621, Level = LogLevel.Warning, Message = "Docket {File} is not used: {Trouble}. The earlier one counts until it is too old; then every room is guarded")]
    private static partial void NotTaken(ILogger log, string file, string trouble);
}
