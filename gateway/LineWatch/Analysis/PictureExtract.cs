namespace AvGateway.LineWatch.Analysis;

/// <summary>As much of a picture as fits a message: the totals, and of the rest what is worst or newest.</summary>
public static class PictureExtract
{
    public const int MostStreams = 64;
    public const int MostCalls = 64;
    public const int MostFlows = 64;

    public static LinePicture Of(LinePicture picture) => picture with
    {
        Streams = picture.Streams.Count <= MostStreams ? picture.Streams
            : [.. picture.Streams.OrderByDescending(s => s.RecentLoss).ThenByDescending(s => s.RecentJitter).ThenByDescending(s => s.LastAt).Take(MostStreams)],
        Calls = picture.Calls.Count <= MostCalls ? picture.Calls
            : [.. picture.Calls.OrderByDescending(c => c.OneWay != "no").ThenByDescending(c => c.ChangedAt).Take(MostCalls)],
        Flows = picture.Flows.Count <= MostFlows ? picture.Flows
            : [.. picture.Flows.OrderByDescending(f => f.Retransmissions + f.Resets + f.ZeroWindows).ThenByDescending(f => f.LastAt).Take(MostFlows)],
    };
}
