using System.Text;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Transcripts;

/// <summary>
/// Writes a conversation as a transcript. What one side says without a pause is one line; pauses that count stand between. Secrets are
/// written as <c>(secret)</c>. Not for two threads at once.
/// </summary>
public sealed class TranscriptWriter : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private const int MostOfALine = 64 * 1024;

    private readonly TimeProvider _time;
    private readonly IReadOnlyList<byte[]> _secrets;
    private readonly StreamWriter _file;
    private readonly List<byte> _line = [];
    private char _side;
    private long _last;
    private TimeSpan _before;

    /// <param name="secrets">UTF-8 texts that never reach the file.</param>
    public TranscriptWriter(string path, string heading, TimeProvider time, IEnumerable<string> secrets)
    {
        _time = time;
        _secrets = [.. secrets.Where(each => each.Length > 0).OrderByDescending(each => each.Length).Select(Encoding.UTF8.GetBytes)];
        _file = new(path, append: false) { NewLine = "\n", AutoFlush = true };
        foreach (var line in heading.Split('\n')) _file.WriteLine($"# {line}");
    }

    /// <summary>The device hears something.</summary>
    public void Heard(ReadOnlySpan<byte> bytes) => Add('>', bytes);

    /// <summary>The device says something.</summary>
    public void Said(ReadOnlySpan<byte> bytes) => Add('<', bytes);

    public void Dispose()
    {
        Finish();
        _file.Dispose();
    }

    private void Add(char side, ReadOnlySpan<byte> bytes)
    {
        var now = _time.GetTimestamp();
        var since = _last == 0 ? TimeSpan.Zero : _time.GetElapsedTime(_last, now);
        if (side != _side || since >= Pause || _line.Count + bytes.Length > MostOfALine)
        {
            Finish();
            _side = side;
            _before = since;
        }

        _line.AddRange(bytes);
        _last = now;
    }

    private void Finish()
    {
        if (_line.Count == 0) return;
        if (_before >= Pause) _file.WriteLine($"@ {Durations.Format(TimeSpan.FromMilliseconds(Math.Round(_before.TotalMilliseconds / 10) * 10))}");
        _file.WriteLine($"{_side} {WireText.Write(Clean())}");
        _line.Clear();
    }

    private byte[] Clean()
    {
        byte[] bytes = [.. _line];
        foreach (var secret in _secrets)
        {
            for (int at; (at = bytes.AsSpan().IndexOf(secret)) >= 0;) bytes = [.. bytes[..at], .. "(secret)"u8, .. bytes[(at + secret.Length)..]];
        }

        return bytes;
    }
}
