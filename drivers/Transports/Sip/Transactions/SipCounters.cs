namespace AvGateway.Drivers.Transports.Sip;

/// <summary>What has passed through the stack since it started.</summary>
public sealed record SipCounters(long Received, long Sent, long Refused, long Dropped, int ClientTransactions, int ServerTransactions);
