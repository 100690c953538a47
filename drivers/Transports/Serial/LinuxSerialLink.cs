using System.Buffers;
using System.IO.Pipelines;
using AvGateway.Links;

namespace AvGateway.Drivers.Transports.Serial;

/// <summary>An open serial port as a link, read and written without waiting by the thread of <see cref="SerialLoop"/>.</summary>
/// <remarks>
/// A hang-up is final: from then on the descriptor is neither read nor written. Writes that the system does not take at once wait
/// in the caller's own buffer, one at a time, so a device that holds the line costs no memory.
/// </remarks>
internal sealed class LinuxSerialLink(Tty tty, SerialLoop loop, Action<Action> close) : OpenLink(Arrivals)
{
    private const short Dead = Libc.PollHangUp | Libc.PollError | Libc.PollInvalid;

    // Readers run on the pool, never on the thread that serves all ports.
    private static readonly PipeOptions Arrivals =
        new(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false);

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private WaitingWrite? _waiting;
    private bool _paused;
    private bool _letGo;

    public int Descriptor => tty.Descriptor;

    public bool IsOver => HasEnded;

    /// <summary>What the poll has to wait for; a hang-up is told always.</summary>
    public short Wanted
    {
        get
        {
            lock (_gate) return (short)((_paused ? 0 : Libc.PollIn) | (_waiting is null ? 0 : Libc.PollOut));
        }
    }

    /// <summary>Called by the loop when the poll has told something.</summary>
    public void Serve(short happened, byte[] buffer)
    {
        if (HasEnded) return;
        if ((happened & Libc.PollOut) != 0) Continue();
        if ((happened & Dead) == 0)
        {
            if ((happened & Libc.PollIn) != 0) Take(buffer);
            return;
        }

        // What came before the hang-up still counts, as far as the reader keeps up.
        while (!_paused && !HasEnded && Take(buffer))
        {
        }

        End(LinkEnd.HungUp);
    }

    /// <summary>Called by the loop, once, when it no longer polls the descriptor.</summary>
    public void LetGo()
    {
        // A write of another thread is over when the gate is free, and none begins after the end.
        bool paused;
        lock (_gate)
        {
            _letGo = true;
            paused = _paused;
        }

        close(tty.Close);
        if (!paused) Finish();
    }

    protected override void Shut()
    {
        WaitingWrite? waiting;
        lock (_gate) (waiting, _waiting) = (_waiting, null);
        waiting?.Done.TrySetException(Gone());
        loop.Wake();
    }

    protected override Task ClosedAsync() => _closed.Task;

    protected override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        WaitingWrite? waiting = null;
        lock (_gate)
        {
            if (HasEnded) throw Gone();
            if (_waiting is not null) throw new InvalidOperationException("A link has one writer at a time.");
            var count = tty.Write(bytes.Span);
            if (count == bytes.Length) return default;
            if (count >= 0) _waiting = waiting = new(bytes, count);
        }

        if (waiting is null)
        {
            End(LinkEnd.HungUp);
            throw Gone();
        }

        loop.Wake();
        return new(AwaitAsync(waiting, cancellation));
    }

    private async Task AwaitAsync(WaitingWrite waiting, CancellationToken cancellation)
    {
        await using var registration = cancellation.UnsafeRegister(_ => GiveUp(waiting, cancellation), null);
        await waiting.Done.Task;
    }

    private void GiveUp(WaitingWrite waiting, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_waiting != waiting) return;
            _waiting = null;
        }

        waiting.Done.TrySetCanceled(cancellation);
        if (waiting.Sent > 0) End(LinkEnd.Aborted);
    }

    private void Continue()
    {
        WaitingWrite? waiting;
        int count;
        lock (_gate)
        {
            waiting = _waiting;
            if (waiting is null) return;
            count = tty.Write(waiting.Rest);
            if (count >= 0) waiting.Sent += count;
            if (!waiting.Rest.IsEmpty && count >= 0) return;
            _waiting = null;
        }

        if (count >= 0)
        {
            waiting.Done.TrySetResult();
            return;
        }

        waiting.Done.TrySetException(Gone());
        End(LinkEnd.HungUp);
    }

    /// <summary>Passes on what is there; false when nothing was.</summary>
    private bool Take(byte[] buffer)
    {
        var count = tty.Read(buffer);
        if (count < 0) End(LinkEnd.HungUp);
        if (count <= 0) return false;
        Arrived.Write(buffer.AsSpan(0, count));
        var flush = Arrived.FlushAsync();
        if (flush.IsCompleted)
        {
            if (flush.GetAwaiter().GetResult().IsCompleted) End(LinkEnd.Aborted);
            return true;
        }

        lock (_gate) _paused = true;
        _ = ResumeAsync(flush);
        return true;
    }

    /// <summary>Waits until a slow reader has caught up, while the system holds the device off or drops what overflows.</summary>
    private async Task ResumeAsync(ValueTask<FlushResult> flush)
    {
        if ((await flush).IsCompleted) End(LinkEnd.Aborted);
        bool letGo;
        lock (_gate)
        {
            _paused = false;
            letGo = _letGo;
        }

        if (letGo) Finish();
        else loop.Wake();
    }

    private void Finish()
    {
        Arrived.Complete();
        _closed.TrySetResult();
    }

    /// <summary>A write of which the system has not taken all.</summary>
    private sealed class WaitingWrite(ReadOnlyMemory<byte> bytes, int sent)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Sent { get; set; } = sent;

        public ReadOnlySpan<byte> Rest => bytes.Span[Sent..];
    }
}
