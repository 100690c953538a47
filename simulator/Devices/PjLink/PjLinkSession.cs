using System.Security.Cryptography;
using System.Text;

namespace AvGateway.Simulator.Devices.PjLink;

/// <summary>One connection: its random number, whether its password was right, its line, and the time until it is closed.</summary>
internal sealed class PjLinkSession(SimulatedPjLink projector, Connection connection) : Session(connection)
{
    private const int LongestLine = 32 + 7 + 128;
    private const int DigestLength = 32;

    private readonly List<byte> _line = [];
    private bool _overlong;
    private IDisposable? _idle;
    private bool _rejected;

    /// <summary>Null: everybody is let in.</summary>
    public string? Random { get; set; }

    public bool Admitted { get; private set; }

    protected internal override void Opened() => projector.Greet(this);

    protected internal override void Hear(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b == (byte)'\r') EndLine();
            else if (b == (byte)'\n' && _line.Count == 0) continue;
            else if (_line.Count < LongestLine) _line.Add(b);
            else _overlong = true;
        }
    }

    protected internal override void Closed() => _idle?.Dispose();

    public void End(string reason) => Close(reason);

    public void Reply(string text)
    {
        Say(text + projector.LineEnd);
        KeepOpen();
        if (projector.ClosesAfterReply) Close("one answer a connection");
    }

    public void KeepOpen()
    {
        _idle?.Dispose();
        _idle = projector.IdleClose > TimeSpan.Zero ? projector.After(projector.IdleClose, () => Close("idle")) : null;
    }

    private void EndLine()
    {
        byte[] frame = [.. _line];
        var overlong = _overlong;
        _line.Clear();
        _overlong = false;
        if (frame.Length == 0) return;
        projector.Heard(this, [.. frame, (byte)'\r']);
        if (overlong || _rejected) return;
        var text = Encoding.Latin1.GetString(frame);
        var digest = text.IndexOf('%', StringComparison.Ordinal) == DigestLength ? text[..DigestLength] : "";
        if (Random is { } random && !Admitted)
        {
            Admitted = digest.Equals(Expected(random), StringComparison.OrdinalIgnoreCase);
            if (!Admitted)
            {
                Reject();
                return;
            }
        }

        projector.Obey(this, text[digest.Length..]);
    }

    // The device says so and lets the connection stand for a while, deaf.
    private void Reject()
    {
        _rejected = true;
        Say("PJLINK ERRA" + projector.LineEnd);
        _idle?.Dispose();
        _idle = projector.After(TimeSpan.FromSeconds(30), () => Close("wrong password"));
    }

    private string Expected(string random)
    {
#pragma warning disable CA5351 // The protocol's own.
        return Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(random + projector.Password)));
#pragma warning restore CA5351
    }
}
