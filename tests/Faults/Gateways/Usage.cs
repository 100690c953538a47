using System.Globalization;

namespace AvGateway.Faults.Gateways;

/// <summary>What a process takes of its machine, read from <c>/proc</c>.</summary>
/// <param name="Resident">MiB.</param>
/// <param name="Processor">Time on all cores since its start.</param>
public sealed record Usage(double Resident, int Threads, int Descriptors, TimeSpan Processor)
{
    private const double PagesPerMebibyte = 256;

    // Linux shows processor time in hundredths of a second to user space, whatever its own tick is.
    private const double TicksPerSecond = 100;

    public static Usage Of(int process)
    {
        var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");
        var stat = File.ReadAllText($"{folder}/stat");

        // The name stands in brackets and may hold spaces; fields are counted behind it.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]);
        return new(Number(fields[21]) / PagesPerMebibyte, (int)Number(fields[17]), Directory.GetFiles($"{folder}/fd").Length, TimeSpan.FromSeconds(ticks / TicksPerSecond));
    }

    private static double Number(string field) => double.Parse(field, CultureInfo.InvariantCulture);
}
