using System.Text.Json;

namespace AvGateway.Drivers.Protocols.QSys;

/// <summary>One message of the core.</summary>
/// <param name="Id">Of the request that it answers; null for what is told unasked.</param>
/// <param name="Method">Of what is told unasked.</param>
/// <param name="Body">The result, or the parameters.</param>
/// <param name="Error">0: none.</param>
/// <param name="Words">The error in the core's own words, or what could not be read.</param>
public readonly record struct QSysReply(long? Id, string Method, JsonElement Body, int Error, string Words)
{
    public override string ToString() => $"{Id} {Method} {Error} {Words} {(Body.ValueKind is JsonValueKind.Undefined ? "" : Body.GetRawText())}";
}
