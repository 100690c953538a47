using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using AvGateway.Operations.Journal;
using AvGateway.Operations.Lines;
using Microsoft.Extensions.Logging;

namespace AvGateway.LineWatch.Certificates;

/// <summary>Writes what was measured, minute by minute, through to the disk; each hour the service record takes the hash of the last row. Whoever gives it a minute never waits.</summary>
public sealed partial class LineLedger : IAsyncDisposable
{
    /// <summary>Days that are kept.</summary>
    public const int DaysKept = 62;

    private const int MostWaiting = 2000;
    private const int LastMinute = 59;

    private readonly Channel<(LinePlan Plan, LineMinute Minute)> _waiting = Channel.CreateBounded<(LinePlan, LineMinute)>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Dictionary<string, string> _last = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly string _site;
    private readonly IServiceJournal _journal;
    private readonly TimeProvider _time;
    private readonly ILogger<LineLedger> _log;
    private readonly Task _writing;
    private bool _isUnwell;

    public LineLedger(string folder, string site, IServiceJournal journal, TimeProvider time, ILogger<LineLedger> log)
    {
        (_folder, _site, _journal, _time, _log) = (folder, site, journal, time, log);
        _writing = Task.Run(WriteAsync);
    }

    public const string FolderName = "lines";

    public static string FolderOf(string data) => Path.Combine(data, FolderName);

    public void Keep(LinePlan plan, LineMinute minute) => _waiting.Writer.TryWrite((plan, minute));

    /// <summary>Ends when everything that was given is on the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAsync()
    {
        await foreach (var (plan, minute) in _waiting.Reader.ReadAllAsync())
        {
            try
            {
                Append(plan, minute);
                _isUnwell = false;
            }
            catch (Exception unable) when (unable is IOException or UnauthorizedAccessException)
            {
                // The minute is missing then, and a certificate says so. The end of the file is looked at again before the next.
                _last.Remove(plan.Line);
                if (!_isUnwell) NotKept(_log, plan.Line, unable.Message);
                _isUnwell = true;
            }
        }
    }

    private void Append(LinePlan plan, LineMinute minute)
    {
        var path = LedgerFile.PathOf(_folder, plan.Line, minute.At);
        var isNewDay = !File.Exists(path);
        if (!_last.TryGetValue(plan.Line, out var before)) before = LastOf(plan.Line);
        var (text, hash) = LedgerFile.Write(_site, plan, minute, before);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        _last[plan.Line] = hash;
        if (minute.At.Minute == LastMinute)
            _journal.Append(new(_time.GetUtcNow(), "line.measured", plan.Line, "gateway", JsonSerializer.Serialize(new { until = minute.At.AddMinutes(1), hash })));
        if (isNewDay) Drop(plan.Line);
    }

    // What a power cut left half written is taken off; the chain goes on from the last whole row.
    private string LastOf(string line)
    {
        foreach (var file in LedgerFile.FilesOf(_folder, line).Reverse())
        {
            var text = File.ReadAllText(file);
            var end = text.LastIndexOf('\n') + 1;
            if (end < text.Length)
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Write);
                stream.SetLength(Encoding.UTF8.GetByteCount(text.AsSpan(0, end)));
                stream.Flush(flushToDisk: true);
            }

            var rows = text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (rows.Length > 0) return LedgerFile.Parse(rows[^1])?.Hash ?? LedgerFile.Nothing;
        }

        return LedgerFile.Nothing;
    }

    private void Drop(string line)
    {
        var oldest = Path.GetFileName(LedgerFile.PathOf(_folder, line, _time.GetUtcNow().AddDays(-DaysKept)));
        foreach (var file in LedgerFile.FilesOf(_folder, line).Where(f => string.CompareOrdinal(Path.GetFileName(f), oldest) < 0)) File.Delete(file);
    }

    [LoggerMessage(EventId = 4520, Level = LogLevel.Error, Message = "What was measured of the line {Line} cannot be kept ({Reason}); a certificate will show the gap. Mend the disk or the rights of the data directory")]
    private static partial void NotKept(ILogger log, string line, string reason);
}
