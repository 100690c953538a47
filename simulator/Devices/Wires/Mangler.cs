using AvGateway.Simulator.Devices.Switches;

namespace AvGateway.Simulator.Devices.Wires;

/// <summary>
/// Stands between what a device says and its wire, knows no protocol, and does to the bytes what bad lines and far networks do:
/// late, cut and joined at random places, with noise in front. The same seed and the same frames give the same pieces.
/// Everything runs under the device's lock.
/// </summary>
internal sealed class Mangler(IWire wire, CommonSwitches switches, TimerScope timers, TimeProvider time)
{
    /// <summary>What a device keeps for a peer that does not read; beyond it the connection is given up.</summary>
    private const int MostHeld = 8 * 1024 * 1024;

    private const int LongestPiece = 256;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(4);

    private readonly Queue<(long Due, byte[]? Bytes)> _late = new();
    private readonly Queue<byte> _cut = new();
    private Random _random = new(0);
    private int _held;
    private bool _latePending;
    private bool _cutPending;
    private bool _ending;

    public void Seed(int seed) => _random = new Random(seed);

    public void Send(ReadOnlySpan<byte> frame)
    {
        var garbage = switches.Garbage.Now;
        byte[] bytes = garbage.On ? [.. Noise(garbage), .. frame] : frame.ToArray();
        if (_held + bytes.Length > MostHeld)
        {
            Forget();
            wire.Abort();
            return;
        }

        if (switches.Delay.Now == TimeSpan.Zero && _late.Count == 0) Deliver(bytes);
        else Hold(bytes);
    }

    /// <summary>Ends the connection after everything that is held back has gone out.</summary>
    public void End()
    {
        if (_late.Count > 0 || switches.Delay.Now > TimeSpan.Zero) Hold(null);
        else EndAfterCut();
    }

    /// <summary>Throws away what is held back.</summary>
    public void Forget()
    {
        timers.Clear();
        _late.Clear();
        _cut.Clear();
        _held = 0;
        _latePending = _cutPending = _ending = false;
    }

    private void Hold(byte[]? bytes)
    {
        // First in, first out: bytes under a shorter delay set meanwhile wait for those before them.
        _late.Enqueue((time.GetTimestamp() + (long)(switches.Delay.Now.TotalSeconds * time.TimestampFrequency), bytes));
        _held += bytes?.Length ?? 0;
        ArmLate();
    }

    private void ArmLate()
    {
        if (_latePending || !_late.TryPeek(out var next)) return;
        _latePending = true;
        var wait = time.GetElapsedTime(time.GetTimestamp(), next.Due);
        timers.After(wait < TimeSpan.Zero ? TimeSpan.Zero : wait, LateIsDue);
    }

    private void LateIsDue()
    {
        _latePending = false;
        var now = time.GetTimestamp();
        while (_late.TryPeek(out var next) && next.Due <= now)
        {
            _late.Dequeue();
            _held -= next.Bytes?.Length ?? 0;
            if (next.Bytes is null) EndAfterCut();
            else Deliver(next.Bytes);
        }

        ArmLate();
    }

    private void Deliver(byte[] bytes)
    {
        // A datagram arrives whole or not at all.
        if (wire.Kind is LinkKind.Udp or LinkKind.Sip || (!switches.Slice.Now && _cut.Count == 0))
        {
            wire.Send(bytes);
            return;
        }

        foreach (var b in bytes) _cut.Enqueue(b);
        _held += bytes.Length;
        ArmCut();
    }

    private void ArmCut()
    {
        if (_cutPending || _cut.Count == 0) return;
        _cutPending = true;
        timers.After(LongestPause * _random.NextDouble(), CutIsDue);
    }

    private void CutIsDue()
    {
        _cutPending = false;
        var piece = new byte[switches.Slice.Now ? Math.Min(PieceLength(), _cut.Count) : _cut.Count];
        for (var i = 0; i < piece.Length; i++) piece[i] = _cut.Dequeue();
        _held -= piece.Length;
        wire.Send(piece);
        ArmCut();
        if (_cut.Count == 0 && _ending) wire.Close();
    }

    // A third are single bytes, most are shorter than a reply, and some hold several frames: cuts fall inside tokens as well as between.
    private int PieceLength()
    {
        var place = _random.NextDouble();
        return (int)Math.Exp(place * place * Math.Log(LongestPiece));
    }

    private void EndAfterCut()
    {
        if (_cut.Count == 0) wire.Close();
        else _ending = true;
    }

    private byte[] Noise(Garbage garbage)
    {
        if (!garbage.Random) return garbage.Bytes;
        // What framing errors of a UART look like: high bytes and NUL, hardly ever plain text.
        var noise = new byte[_random.Next(1, 9)];
        for (var i = 0; i < noise.Length; i++) noise[i] = _random.Next(8) == 0 ? (byte)0 : (byte)_random.Next(0x80, 0x100);
        return noise;
    }
}
