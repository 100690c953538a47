using AvGateway.Devices;

namespace AvGateway.Operations.Commands;

/// <summary>The words of <c>q</c> and <c>src</c> in CONTRACT §2.</summary>
public static class ReadingWords
{
    public static IReadOnlyList<string> Qualities { get; } = ["good", "stale", "assumed", "unknown"];
    public static IReadOnlyList<string> Sources { get; } = ["push", "poll", "readback"];

    public static string Of(Quality quality) => quality switch
    {
        Quality.Good => "good",
        Quality.Stale => "stale",
        Quality.Assumed => "assumed",
        _ => "unknown",
    };

    public static string Of(ReadingSource source) => source switch
    {
        ReadingSource.Poll => "poll",
        ReadingSource.ReadBack => "readback",
        _ => "push",
    };
}
