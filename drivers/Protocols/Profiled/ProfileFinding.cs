namespace AvGateway.Drivers.Protocols.Profiled;

/// <summary>One thing that is wrong with a profile, with its place and what to do about it.</summary>
/// <param name="Path">JSON path, for example <c>$.verbs.power-on.send</c>.</param>
public sealed record ProfileFinding(string Path, string Message, string Remedy);
