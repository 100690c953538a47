using AvGateway.LineWatch.Pcapng;

namespace AvGateway.LineWatch.Analysis;

/// <summary>Reads a whole capture file into one picture.</summary>
public static class CaptureFile
{
    /// <exception cref="CaptureFormatException">It is no capture, or damaged.</exception>
    public static LinePicture Read(Stream stream, AnalysisBounds bounds)
    {
        var analysis = new LineAnalysis(bounds);
        var reader = new CaptureReader(stream);
        while (reader.TryNext(out var frame)) analysis.Take(frame.Read());
        return analysis.Picture();
    }
}
