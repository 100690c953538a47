using AvGateway.Classes;
using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols.Tesira;

/// <summary>From the open link to a session that can be asked.</summary>
public sealed partial class TesiraDriver
{
    private const string GreetTimer = "greet";

    // A session that is open already says nothing, for example on a serial line.
    private static readonly TimeSpan GreetsWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DeniedFor = TimeSpan.FromSeconds(60);

    private bool _userGiven;
    private bool _passwordGiven;

    private void Knock()
    {
        (_userGiven, _passwordGiven) = (false, false);
        Device.StartTimer(GreetTimer, GreetsWithin);
    }

    private void GiveUser()
    {
        Device.StopTimer(GreetTimer);

        // Asked for again: what was given was wrong.
        if (_passwordGiven || _userGiven)
        {
            Deny("the device refuses user or password");
            return;
        }

        var user = _setup.Link.User ?? _setup.Link.Option("user") ?? _setup.Options[UserOption].Text;
        if (!CanBeTyped(user))
        {
            Deny("the configured user cannot be typed: it is empty or holds control characters");
            return;
        }

        _userGiven = true;
        Device.Tell(user);
    }

    private void GivePassword()
    {
        Device.StopTimer(GreetTimer);
        if (_setup.Secret is not { } secret)
        {
            Deny("the device asks for a password and none is configured");
        }
        else if (_passwordGiven)
        {
            Deny("the device refuses user or password");
        }
        else if (secret.Reveal() is var password && !CanBeTyped(password))
        {
            Deny("the configured password cannot be typed: it is empty or holds control characters");
        }
        else
        {
            _passwordGiven = true;
            Device.Tell(TesiraCodec.Secret + password);
        }
    }

    private void Deny(string why)
    {
        Device.Raise(AudioWords.AccessDenied.Code, why);
        Device.Reconnect(StatusReasons.AccessDenied, why, DeniedFor);
    }

    private void Identify()
    {
        Device.Clear(AudioWords.AccessDenied.Code);

        // The names beside the values are kept on: they tell a value from a yes.
        Ask("SESSION set verbose true", text => text.Length == 0, static _ => { }, static _ => { });
        Ask("DEVICE get serialNumber", HasValue, text =>
        {
            Device.Report(CommonWords.SerialNumber, Unquoted(text));
            Device.Identify(Unquoted(text));
        }, static _ => { });
        Ask("DEVICE get version", HasValue, text =>
        {
            Device.Report(CommonWords.FirmwareVersion, Unquoted(text));
            _session.Fire(Told.Identified);
        }, _ => _session.Fire(Told.Identified));
    }

    private static bool CanBeTyped(string word) => word.Length > 0 && !word.Any(char.IsControl);

    private static bool HasValue(string text) => text.Length > 0;

    private static string Unquoted(string text) => text.Trim('"');
}
