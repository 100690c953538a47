using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Wake;

/// <summary>
/// A PC as a link of lines, see the README of this folder. It stays open while the PC is off, since its far end is not the PC but the look at it.
/// </summary>
/// <remarks>
/// Every line is answered at once or within <see cref="LookWithin"/>; what takes longer is acknowledged and told when it has ended. Nothing is
/// ever sent here that the driver did not ask for: repeating is the driver's affair, whose every order the guard judges anew.
/// </remarks>
internal sealed class WakeLink : OpenLink
{
    /// <summary>How long one look may take.</summary>
    public static readonly TimeSpan LookWithin = TimeSpan.FromSeconds(2);

    private const int LongestLine = 2048;
    private const int MostWords = 300;
    private const string RunWord = "run ";

    // Answers are never more than questions, of which one is asked at a time, and one program runs at a time: nothing has to be held back.
    private static readonly PipeOptions Arrivals = new(pauseWriterThreshold: 0, useSynchronizationContext: false);

    private readonly Lock _gate = new();
    private readonly IMachine _machine;
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationToken _ended;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _line = new();
    private int _busy = 1;
    private bool _isRunning;
    private bool _isOver;

    public WakeLink(IMachine machine) : base(Arrivals)
    {
        _machine = machine;
        _ended = _ending.Token;
    }

    protected override void Shut()
    {
        _ending.Cancel();
        lock (_gate)
        {
            _isOver = true;
            Arrived.Complete();
        }

        Done();
    }

    protected override async Task ClosedAsync()
    {
        await _idle.Task;
        _ending.Dispose();
    }

    protected override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (HasEnded) throw Gone();
        foreach (var c in Encoding.UTF8.GetString(bytes.Span))
        {
            if (c != '\n')
            {
                if (_line.Length < LongestLine) _line.Append(c);
                continue;
            }

            var line = _line.ToString();
            _line.Clear();
            Obey(line);
        }

        return default;
    }

    private void Obey(string line)
    {
        switch (line)
        {
            case "look": Begin(LookAsync); break;
            case "wake": Begin(WakeAsync); break;
            case "try": Run("trying", null); break;
            case var run when run.StartsWith(RunWord, StringComparison.Ordinal): Run("running", run[RunWord.Length..]); break;
            default: Say("failed this link has no such word"); break;
        }
    }

    private async Task LookAsync()
    {
        var sight = await _machine.LookAsync(_ended);
        Say($"{Word(sight.Kind)} {Clean(sight.Words)}");
    }

    private async Task WakeAsync()
    {
        var failure = await _machine.WakeAsync(_ended);
        Say(failure is null ? "sent" : $"failed {Clean(failure)}");
    }

    private void Run(string acknowledgement, string? command)
    {
        if (_isRunning)
        {
            Say("failed another program is running");
            return;
        }

        _isRunning = true;
        Say(acknowledgement);
        Begin(async () =>
        {
            var end = await _machine.RunAsync(command, _ended);
            lock (_gate) _isRunning = false;
            Say(end.Kind switch
            {
                ProgramEndKind.NotRun => $"not-run {end.Reason} {Clean(end.Words)}",
                ProgramEndKind.Exited when command is null => "ready",
                ProgramEndKind.Exited => string.Create(CultureInfo.InvariantCulture, $"exit {end.Status} {Clean(end.Words)}"),
                _ => $"unsure {Clean(end.Words)}",
            });
        });
    }

    private void Begin(Func<Task> work)
    {
        Interlocked.Increment(ref _busy);
        _ = WorkAsync(work);
    }

    private async Task WorkAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (HasEnded)
        {
            // The link has ended, and nobody listens any more.
        }
        catch (LinkException failure)
        {
            Say($"{Word(SightKind.Blind)} {Clean(failure.Message)}");
        }
        finally
        {
            Done();
        }
    }

    private void Done()
    {
        if (Interlocked.Decrement(ref _busy) == 0) _idle.TrySetResult();
    }

    private void Say(string line)
    {
        lock (_gate)
        {
            if (_isOver) return;
            Encoding.UTF8.GetBytes(line.TrimEnd() + "\n", Arrived);
            _ = Arrived.FlushAsync(CancellationToken.None).AsTask();
        }
    }

    private static string Word(SightKind kind) => kind switch
    {
        SightKind.Up => "up",
        SightKind.Silent => "silent",
        SightKind.Refused => "refused",
        SightKind.Deaf => "deaf",
        _ => "blind",
    };

    /// <summary>Words of a far end that may hold anything, on one line and not without end.</summary>
    private static string Clean(string words)
    {
        var line = words.Trim().Split('\n', 2)[0];
        return string.Concat(line.Take(MostWords).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)).Trim();
    }
}
