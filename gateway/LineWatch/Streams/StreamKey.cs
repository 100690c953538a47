using AvGateway.LineWatch.Packets;

namespace AvGateway.LineWatch.Streams;

/// <summary>One direction of one RTP source.</summary>
public readonly record struct StreamKey(HostPort From, HostPort To, uint Source);
