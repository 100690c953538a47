using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.Transcripts;

/// <summary>One step of a conversation, as the device sees it.</summary>
internal abstract record TranscriptStep
{
    public sealed record Says(byte[] Bytes) : TranscriptStep;

    public sealed record Hears(byte[] Bytes, int Line) : TranscriptStep;

    public sealed record Waits(TimeSpan Span) : TranscriptStep;
}

/// <summary>
/// A conversation on a wire: lines that begin with <c>&gt;</c> are heard by the device, with <c>&lt;</c> said by it, <c>@</c> is time that passes;
/// everything else is for other readers.
/// </summary>
internal static class Transcript
{
    private const long MostBytes = 16 << 20;

    /// <summary>Throws <see cref="CannotSimulateException"/> that names file and line when it cannot be read as one.</summary>
    public static IReadOnlyList<TranscriptStep> Read(string path)
    {
        var steps = new List<TranscriptStep>();
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes }) throw new CannotSimulateException($"{path}: longer than {MostBytes >> 20} MiB.");
            var number = 0;
            foreach (var line in File.ReadLines(path))
            {
                number++;
                if (line.Length < 3) continue;
                switch (line[0])
                {
                    case '<': steps.Add(new TranscriptStep.Says(WireText.Read(line[2..]))); break;
                    case '>': steps.Add(new TranscriptStep.Hears(WireText.Read(line[2..]), number)); break;
                    case '@' when Durations.TryParse(line[2..].Trim(), out var span): steps.Add(new TranscriptStep.Waits(span)); break;
                    case '@': throw new CannotSimulateException($"{path}:{number}: '{line[2..]}' is no duration such as 500ms or 2s.");
                }
            }
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new CannotSimulateException(failed.Message, failed);
        }

        if (steps.Count == 0) throw new CannotSimulateException($"{path}: nobody says anything in this transcript.");
        return steps;
    }
}
