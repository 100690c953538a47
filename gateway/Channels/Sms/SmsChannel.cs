using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AvGateway.Links;
using AvGateway.Operations.Escalation;

namespace AvGateway.Channels.Sms;

/// <summary>Text messages by a GSM modem on a serial line. The line is opened for each notice and closed after it: a modem that was replugged is found again.</summary>
internal sealed class SmsChannel(SmsPlan plan, PinMemory memory, ILinkFactory links, TimeProvider time) : IChannel
{
    // A part takes some seconds, and a network that is busy up to a minute.
    private static readonly TimeSpan SubmitWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PinWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SimWakesWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Registrations = ["not searching", "home", "searching", "denied", "unknown", "roaming", "home, messages only", "roaming, messages only"];

    private readonly Turns _turn = new(1);

    public string Id => plan.Id;

    public TimeSpan Patience => TimeSpan.FromSeconds(120) + (plan.ReportWithin ?? TimeSpan.Zero);

    public async Task<Delivery> DeliverAsync(Notice notice, string address, CancellationToken cancellation)
    {
        if (plan.CheckAddress(address) is { } wrong) return Ends.Refused(wrong);
        await _turn.WaitAsync(cancellation);
        try
        {
            await using var link = await links.OpenAsync(plan.Modem, null, cancellation);
            var modem = new Modem(link, time);
            await modem.WakeAsync(cancellation);
            return await NotReadyAsync(modem, cancellation) ?? await SendAsync(modem, notice, address, cancellation);
        }
        catch (LinkException closed)
        {
            return Ends.Later(closed.Message);
        }
        catch (Exception gone) when (gone is ModemException or IOException)
        {
            return Ends.Later(gone.Message);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What is read on a telephone's screen: the subject of one language, and what the body begins with.</summary>
    internal static string TextOf(Notice notice) => $"{NoticeText.Subject(notice)}\n{NoticeText.Body(notice)}";

    private async Task<Delivery?> NotReadyAsync(Modem modem, CancellationToken cancellation) =>
        await SimAsync(modem, cancellation) ?? await NetworkAsync(modem, cancellation) ?? await ModesAsync(modem, cancellation);

    private async Task<Delivery?> SimAsync(Modem modem, CancellationToken cancellation)
    {
        var asked = await modem.AskAsync("AT+CPIN?", cancellation);
        if (!asked.IsOk) return ModemErrors.End("SIM", asked.Final);
        switch (asked.After("+CPIN:"))
        {
            case "READY":
                // Somebody has set it right by hand.
                if (memory.IsDoubtful) memory.Good();
                return null;
            case "SIM PIN": return await PinAsync(modem, cancellation);
            case "SIM PUK" or "SIM PUK2": return Ends.Refused("the SIM is locked after wrong PINs: put it into a telephone and enter its PUK");
            default: return Ends.Refused("the SIM wants something that only a person can enter: put it into a telephone");
        }
    }

    private async Task<Delivery?> PinAsync(Modem modem, CancellationToken cancellation)
    {
        if (plan.Pin is not { } pin) return Ends.Refused("the SIM wants a PIN: give \"secret\", or switch the PIN off in a telephone");
        if (memory.IsDoubtful) return Ends.Refused($"the PIN was tried once and not taken, and is not tried again: mend \"secret\", then delete {memory.Path}");
        memory.Trying();
        var entered = await modem.AskAsync($"AT+CPIN=\"{pin.Reveal()}\"", PinWithin, cancellation);
        if (!entered.IsOk)
        {
            // The SIM was not there to judge it.
            if (ModemErrors.EquipmentError(entered.Final) is ModemErrors.SimMissing or ModemErrors.SimBusy) memory.Good();
            return ModemErrors.EquipmentError(entered.Final) is ModemErrors.WrongPassword
                ? Ends.Refused($"the SIM says that the PIN is wrong; it is not tried again: mend \"secret\", then delete {memory.Path}")
                : ModemErrors.End("PIN", entered.Final);
        }

        memory.Good();
        for (var since = time.GetTimestamp(); time.GetElapsedTime(since) < SimWakesWithin;)
        {
            if ((await modem.AskAsync("AT+CPIN?", cancellation)).After("+CPIN:") == "READY") return null;
            await Task.Delay(LookAgain, time, cancellation);
        }

        return Ends.Later("the SIM took the PIN and is not ready yet");
    }

    private static async Task<Delivery?> NetworkAsync(Modem modem, CancellationToken cancellation)
    {
        var state = await RegistrationAsync(modem, "CREG", cancellation);

        // A modem of 4G alone sends by the packet network's registration.
        if (!IsRegistered(state) && await RegistrationAsync(modem, "CEREG", cancellation) is var packet && IsRegistered(packet)) return null;
        return IsRegistered(state) ? null : Ends.Later($"not registered in a network ({Words(state)}); signal {await SignalAsync(modem, cancellation)}");
    }

    private async Task<Delivery?> ModesAsync(Modem modem, CancellationToken cancellation)
    {
        var mode = await modem.AskAsync("AT+CMGF=0", cancellation);
        if (!mode.IsOk) return ModemErrors.End("PDU mode", mode.Final);

        // Keeps the radio channel between the parts; modems without it open a new one each time.
        await modem.AskAsync("AT+CMMS=1", cancellation);
        if (plan.ReportWithin is not null && await modem.AskAsync("AT+CNMI=2,0,0,1,0", cancellation) is { IsOk: false } refused) return ModemErrors.End("status reports", refused.Final);
        return null;
    }

    private async Task<Delivery> SendAsync(Modem modem, Notice notice, string number, CancellationToken cancellation)
    {
        var parts = SmsPdu.Split(TextOf(notice));
        var reference = SHA256.HashData(Encoding.UTF8.GetBytes($"{notice.Key}\n{number}"))[0];
        var waiting = new HashSet<byte>();
        for (var i = 0; i < parts.Count; i++)
        {
            var pdu = SmsPdu.Encode(plan.Centre, number, parts, i, reference, plan.ReportWithin is not null, out var length);
            var sent = await modem.SubmitAsync(pdu, length, SubmitWithin, cancellation);
            if (!sent.IsOk) return ModemErrors.End(string.Create(CultureInfo.InvariantCulture, $"part {i + 1} of {parts.Count}"), sent.Final);
            if (byte.TryParse(sent.After("+CMGS:")?.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var given)) waiting.Add(given);
        }

        var signal = await SignalAsync(modem, cancellation);
        var said = string.Create(CultureInfo.InvariantCulture, $"the network took {parts.Count} part(s); signal {signal}");
        return plan.ReportWithin is { } within ? await ReportedAsync(modem, waiting, said, within, cancellation) : Ends.Taken(said);
    }

    /// <summary>TS 23.040 §9.2.3.15: below 0x20 done, below 0x40 still tried, then failed for good, then failed and not tried any more.</summary>
    private async Task<Delivery> ReportedAsync(Modem modem, HashSet<byte> waiting, string said, TimeSpan within, CancellationToken cancellation)
    {
        for (var since = time.GetTimestamp(); waiting.Count > 0;)
        {
            while (modem.Reports.TryDequeue(out var report))
            {
                if (!waiting.Contains(report.Reference)) continue;
                if (report.Status is >= 0x40 and < 0x60) return Ends.Refused($"the telephone could not be given the message (status {report.Status:X2})");
                if (report.Status >= 0x60) return Ends.Later($"the telephone was not given the message (status {report.Status:X2})");
                if (report.Status < 0x20) waiting.Remove(report.Reference);
            }

            if (waiting.Count == 0) break;
            var left = within - time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero || !await modem.HearReportAsync(left, cancellation)) return Ends.Taken($"{said}; no report from the telephone yet");
        }

        return Ends.Taken($"{said}; the telephone has it");
    }

    private static async Task<int> RegistrationAsync(Modem modem, string command, CancellationToken cancellation)
    {
        var numbers = (await modem.AskAsync($"AT+{command}?", cancellation)).After($"+{command}:")?.Split(',');
        return numbers is [_, var state, ..] && int.TryParse(state, NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : -1;
    }

    private static bool IsRegistered(int state) => state is 1 or 5 or 6 or 7;

    private static string Words(int state) => state >= 0 && state < Registrations.Length ? Registrations[state] : "unknown";

    /// <summary>TS 27.007 §8.5: 0 to 31 in steps of 2 dB from -113 dBm; 99 is not known.</summary>
    private static async Task<string> SignalAsync(Modem modem, CancellationToken cancellation)
    {
        var level = (await modem.AskAsync("AT+CSQ", cancellation)).After("+CSQ:")?.Split(',')[0];
        return int.TryParse(level, NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read <= 31
            ? string.Create(CultureInfo.InvariantCulture, $"{(2 * read) - 113} dBm") : "unknown";
    }
}
