namespace AvGateway.Bench.Peers;

internal enum Told { Nothing, Route, Online, Offline, Answer }

/// <summary>What one publication of a peer means.</summary>
/// <param name="Value">The input of a route; the status of a final answer.</param>
/// <param name="Request">The number of the request that an answer belongs to.</param>
internal readonly record struct Meaning(Told Told, int Device = 0, int Output = 0, int Value = 0, long Request = 0);
