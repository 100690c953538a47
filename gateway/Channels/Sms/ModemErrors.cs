using System.Collections.Frozen;
using System.Globalization;
using AvGateway.Operations.Escalation;

namespace AvGateway.Channels.Sms;

/// <summary>What a modem's error numbers mean (TS 27.005 §3.2.5, TS 27.007 §9.2, TS 24.011 Annex E), and whether a later try can help.</summary>
internal static class ModemErrors
{
    private const string Message = "+CMS ERROR:";
    private const string Equipment = "+CME ERROR:";

    public const int SimMissing = 10;
    public const int SimBusy = 14;
    public const int WrongPassword = 16;

    /// <summary>Of the number, the subscription or the settings: the same again tomorrow.</summary>
    private static readonly FrozenDictionary<int, string> ForGood = new Dictionary<int, string>
    {
        [1] = "no such number",
        [8] = "barred by the operator",
        [10] = "the SIM may not send messages",
        [21] = "rejected by the network",
        [28] = "the network does not know this SIM",
        [29] = "the network does not offer this",
        [30] = "the network does not know the receiver",
        [50] = "messages are not in the contract of this SIM",
        [69] = "the network has no such service",
        [96] = "invalid for the network",
        [303] = "the modem does not do this",
        [304] = "the message is not taken as it is (PDU mode)",
        [305] = "the message is not taken as it is (text mode)",
        [330] = "no service centre is set: give \"centre\"",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, string> ForNow = new Dictionary<int, string>
    {
        [27] = "the receiver cannot be reached",
        [38] = "the network is out of order",
        [41] = "temporary failure of the network",
        [42] = "the network is congested",
        [47] = "the network has no resources",
        [300] = "failure of the modem",
        [301] = "the modem's message service is in use",
        [302] = "not allowed now",
        [310] = "no SIM",
        [311] = "the SIM waits for its PIN",
        [313] = "failure of the SIM",
        [314] = "the SIM is busy",
        [315] = "wrong SIM",
        [316] = "the SIM is locked (PUK)",
        [320] = "failure of the memory",
        [322] = "the memory is full",
        [331] = "no network",
        [332] = "the network did not answer",
        [500] = "unknown error",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<int, string> OfEquipment = new Dictionary<int, string>
    {
        [3] = "not allowed",
        [4] = "the modem does not do this",
        [SimMissing] = "no SIM",
        [11] = "the SIM waits for its PIN",
        [12] = "the SIM is locked (PUK)",
        [13] = "failure of the SIM",
        [SimBusy] = "the SIM is busy",
        [15] = "wrong SIM",
        [WrongPassword] = "wrong PIN",
        [30] = "no network",
        [31] = "the network did not answer",
        [32] = "emergency calls only",
        [100] = "unknown error",
    }.ToFrozenDictionary();

    /// <summary>The number of a +CME ERROR, or null.</summary>
    public static int? EquipmentError(string final) => Number(final, Equipment);

    public static Delivery End(string what, string final)
    {
        if (Number(final, Message) is { } message)
        {
            return ForGood.TryGetValue(message, out var good)
                ? Ends.Refused($"{what}: {good} (CMS {message})")
                : Ends.Later($"{what}: {ForNow.GetValueOrDefault(message, "refused")} (CMS {message})");
        }

        return Number(final, Equipment) is { } equipment
            ? Ends.Later($"{what}: {OfEquipment.GetValueOrDefault(equipment, "refused")} (CME {equipment})")
            : Ends.Later($"{what}: the modem says {(final.Length > 20 ? "an error" : final)}");
    }

    private static int? Number(string final, string prefix) =>
        final.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(final.AsSpan(prefix.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
