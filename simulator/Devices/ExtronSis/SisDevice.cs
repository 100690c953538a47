using System.Globalization;
using AvGateway.Simulator.Devices.Switches;
using AvGateway.Simulator.Devices.Wires;

namespace AvGateway.Simulator.Devices.ExtronSis;

/// <summary>The switches of the connections, which every device of this vendor has.</summary>
internal interface ISisSwitches
{
    Switch<int?> VerboseDefault { get; }
    Switch<int> Busy { get; }
    Switch<int> MaxConnections { get; }
    Switch<TimeSpan> IdleClose { get; }
    Switch<bool> PasswordLoop { get; }
    Switch<bool> TelnetNegotiation { get; }
}

/// <summary>What is alike in the Simple Instruction Set of every device: greeting, log-in, verbose modes, refusals, and who is told of a change.</summary>
internal abstract class SisDevice(SimulatorDescriptor descriptor, DeviceSetting setting, TimeProvider time, TimeSpan bootTime)
    : SimulatedDevice<SisSession>(descriptor, setting, time, bootTime)
{
    protected const string InvalidCommand = "E10", InvalidValue = "E13", InvalidHere = "E14", Busy = "E22", PrivilegeViolation = "E24";

    internal TimeSpan IdleClose => Connections.IdleClose.Now;

    protected abstract ISisSwitches Connections { get; }

    /// <summary>Something else than the switch keeps it from taking commands.</summary>
    protected virtual bool IsBusy => false;

    private string UserPassword => Setting.Word("userPassword", "");

    internal void Greet(SisSession session)
    {
        if (session.Kind == LinkKind.Tcp && Sessions.Count(other => other != session) >= Connections.MaxConnections.Now)
        {
            session.Line("E26");
            session.End("too many connections");
            return;
        }

        Begin(session);
        if (session.Kind == LinkKind.Tcp && Connections.TelnetNegotiation.Now) session.Say([0xFF, 0xFD, 0x18, 0xFF, 0xFB, 0x01]);
        if (session.IsGreeted) session.Say(Banner(session));
        if (session.Role == SisRole.Nobody) session.Say("\r\nPassword:");
    }

    internal virtual void BrownOut()
    {
        foreach (var session in Sessions)
        {
            Begin(session);
            session.Say(Banner(session));
            if (session.Role == SisRole.Nobody) session.Say("\r\nPassword:");
        }
    }

    internal void Obey(SisSession session, string command)
    {
        if (session.Role == SisRole.Nobody) Login(session, command);
        else if (Connections.Busy.Now > 0)
        {
            Connections.Busy.Become(Connections.Busy.Now - 1);
            session.Line(Busy);
        }
        else if (IsBusy) session.Line(Busy);
        else if (command[0] == '\x1B') Extended(session, command[1..]);
        else Simple(session, command);
    }

    protected override Session NewSession(Connection connection) => new SisSession(this, connection);

    protected abstract string Banner(SisSession session);

    /// <summary>A command that ends with its letter.</summary>
    protected abstract void Simple(SisSession session, string command);

    /// <summary>A command that stood between Escape and CR.</summary>
    protected abstract void Extended(SisSession session, string body);

    protected static void VerboseMode(SisSession session, string mode)
    {
        if (mode.Length == 0) session.Line((session.IsTagged ? "Vrb" : "") + session.Verbose.ToString(CultureInfo.InvariantCulture));
        else if (!int.TryParse(mode, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) session.Line(InvalidCommand);
        else if (number > 3) session.Line(InvalidValue);
        else
        {
            session.Verbose = number;
            session.Line($"Vrb{number}");
        }
    }

    /// <summary>Does what changes something: refused, or confirmed to the asker and told to the others.</summary>
    protected void Do(SisSession session, string confirmation, Action change)
    {
        if (Refuse.On) session.Line(RefusalCode());
        else if (Frozen) session.Line(confirmation);
        else
        {
            change();
            Changed(session, confirmation);
        }
    }

    /// <summary>Answers the client who asked, and tells the others who want to be told.</summary>
    protected void Changed(SisSession? asker, string text)
    {
        asker?.Line(text);
        foreach (var session in Sessions)
        {
            if (session != asker && session.IsTold) session.Line(ForOthers(text));
        }
    }

    protected virtual string ForOthers(string text) => text;

    protected string RefusalCode() => Refuse.Code switch
    {
        null => InvalidHere,
        var code when int.TryParse(code, CultureInfo.InvariantCulture, out var number) => $"E{number:00}",
        var code => code,
    };

    private void Begin(SisSession session)
    {
        session.Verbose = Connections.VerboseDefault.Now ?? (session.Kind == LinkKind.Tcp ? 0 : 1);

        // A serial line is in the rack, and needs no password.
        var locked = session.Kind == LinkKind.Tcp && (Setting.Password is not null || UserPassword.Length > 0);
        session.Role = locked ? SisRole.Nobody : SisRole.Administrator;
    }

    private void Login(SisSession session, string password)
    {
        if (!Connections.PasswordLoop.Now && password == Setting.Password) session.Role = SisRole.Administrator;
        else if (!Connections.PasswordLoop.Now && UserPassword.Length > 0 && password == UserPassword) session.Role = SisRole.User;
        session.Say(session.Role switch
        {
            SisRole.Administrator => "\r\nLogin Administrator\r\n",
            SisRole.User => "\r\nLogin User\r\n",
            _ => "\r\nPassword:",
        });
    }
}
