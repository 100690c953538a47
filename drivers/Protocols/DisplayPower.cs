using AvGateway.Classes;
using AvGateway.Devices;
using Stateless;

namespace AvGateway.Drivers.Protocols;

/// <summary>
/// The power of one display, free of its protocol. A display that warms up or cools has no ear, and older ones take harm from being asked: a wish that does not
/// fit the moment is kept until it does. What is on the way is watched until it arrives, and what nobody here has wished is told.
/// </summary>
/// <remarks>Belongs to a driver and is called from its methods alone.</remarks>
internal sealed class DisplayPower<TReply>
{
    private const string FollowTimer = "follow", LookTimer = "look";

    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(2);

    // Ends with the command's own deadline, or when the display is seen not to follow.
    private static readonly TimeSpan WishedWithin = TimeSpan.FromMinutes(20);

    private readonly StateMachine<DisplayMode, DisplayTold> _machine;
    private readonly Func<IDeviceContext<TReply>> _device;
    private readonly IDisplayPowerLine _line;
    private readonly DisplayPowerTraits _traits;
    private readonly HeldCommand<TReply> _held;
    private CommandRequest? _following;

    // Which way the last wish went, until the display has arrived there; also where its acknowledgement was lost.
    private DisplayTold? _wished;

    /// <param name="device">The driver's own context; it is there once the driver is attached.</param>
    public DisplayPower(Func<IDeviceContext<TReply>> device, IDisplayPowerLine line, DisplayPowerTraits traits)
    {
        (_device, _line, _traits, _held) = (device, line, traits, new(device));
        _machine = DisplayPowerMachine.New(Follow, StopFollowing);
        _machine.OnTransitioned(Moved);
    }

    public DisplayMode Mode => _machine.State;

    /// <summary>The display owes no prompt answer on the way from one state to the next.</summary>
    public bool IsOnTheWay => Mode is DisplayMode.Starting or DisplayMode.Warming or DisplayMode.Stopping or DisplayMode.Cooling;

    /// <summary>A new link: what waited on the former one was answered by the runtime.</summary>
    public void Linked()
    {
        _following = null;
        _wished = null;
        _held.Forget();
    }

    public void LinkLost() => _machine.Fire(DisplayTold.LinkLost);

    /// <summary>Looks again in a while.</summary>
    public void LookLater() => _device().StartTimer(LookTimer, LooksEvery);

    /// <summary>False when the timer was none of these.</summary>
    public bool OnTimer(string name)
    {
        switch (name)
        {
            case FollowTimer: DidNotFollow(); break;
            case LookTimer when Mode is DisplayMode.Unknown: _line.AskPower(); break;
            case LookTimer when IsOnTheWay:
                LookLater();
                _line.LookAtPower();
                break;
            case LookTimer: break;
            default: return false;
        }

        return true;
    }

    public void Wish(CommandRequest command)
    {
        _held.GiveWay(command);
        var isOn = IsOn(command);
        switch (Mode)
        {
            // The same is under way: nothing is sent for it but a question.
            case DisplayMode.Starting or DisplayMode.Warming when isOn:
            case DisplayMode.Stopping or DisplayMode.Cooling when !isOn:
                _following = command;
                Expect(command);
                _line.LookAtPower(command);
                break;
            case DisplayMode.Starting or DisplayMode.Warming or DisplayMode.Stopping or DisplayMode.Cooling:
                if (_following is { } former) _device().Complete(former, CommandResult.SupersededBy(command));
                _following = null;
                _held.Hold(command);
                break;
            default: _line.SendPower(command); break;
        }
    }

    /// <summary>The wish is being sent.</summary>
    public void Asked(CommandRequest command)
    {
        _following = command;
        _wished = IsOn(command) ? DisplayTold.On : DisplayTold.Off;
    }

    /// <summary>The display has said yes, or owes no answer. Now it has to show it.</summary>
    public void Taken(CommandRequest command)
    {
        _machine.Fire(IsOn(command) ? DisplayTold.OnAsked : DisplayTold.OffAsked);
        Expect(command);

        // Where the display is there already, nothing moves that would look at it.
        if (!IsOnTheWay) _line.LookAtPower();
    }

    /// <summary>The display has said no.</summary>
    public void NotTaken(CommandRequest command)
    {
        if (_following == command) _following = null;
        _wished = null;
    }

    /// <summary>The display shows its power as this word.</summary>
    /// <returns>False where the word makes no sense; nothing is shown by it.</returns>
    public bool Seen(string word)
    {
        DisplayTold? known = word switch
        {
            PowerStates.Off => DisplayTold.Off,
            PowerStates.Warming => DisplayTold.Warming,
            PowerStates.On => DisplayTold.On,
            PowerStates.Cooling => DisplayTold.Cooling,
            _ => null,
        };
        if (known is not { } told) return false;
        _machine.Fire(told);
        if (told == _wished && Mode is DisplayMode.On or DisplayMode.Off) _wished = null;
        _device().Report(PowerWords.PowerState, word);
        return true;
    }

    private void Expect(CommandRequest command) =>
        _device().Expect(command, PowerWords.PowerState, IsOn(command) ? [PowerStates.On] : [PowerStates.Off, PowerStates.Cooling], WishedWithin, _line.LookAtPower);

    private void Follow(DisplayMode mode)
    {
        _device().StartTimer(FollowTimer, mode switch
        {
            DisplayMode.Warming => _traits.Warms,
            DisplayMode.Cooling => _traits.Cools,
            _ => _traits.Follows,
        });
        LookLater();
    }

    private void StopFollowing()
    {
        _device().StopTimer(FollowTimer);
        _device().StopTimer(LookTimer);
    }

    private void DidNotFollow()
    {
        switch (Mode)
        {
            case DisplayMode.Warming: _device().Raise(DisplayWords.DidNotComeOn.Code, $"warming up for more than {_traits.Warms.TotalSeconds:0} s", $"预热超过 {_traits.Warms.TotalSeconds:0} 秒"); break;
            case DisplayMode.Cooling when _traits.CoolsTooLong is { } tooLong: _device().Raise(tooLong.Code, $"cooling for more than {_traits.Cools.TotalSeconds:0} s", $"冷却超过 {_traits.Cools.TotalSeconds:0} 秒"); break;
            case DisplayMode.Starting or DisplayMode.Stopping:
                var words = $"{_traits.Words}the display still says it is {(Mode is DisplayMode.Starting ? "off" : "on")}";
                _device().Raise(DisplayWords.NotFollowing.Code, words, $"显示设备仍报告为{(Mode is DisplayMode.Starting ? "关机" : "开机")}");
                GiveUp(CommandResult.NotSeen(words));
                break;
        }
    }

    private void GiveUp(CommandResult result)
    {
        if (_following is { } command) _device().Complete(command, result);
        _following = null;
        _wished = null;
        _machine.Fire(DisplayTold.GaveUp);
        Settle(Mode);
    }

    private void Moved(StateMachine<DisplayMode, DisplayTold>.Transition move)
    {
        var isTold = move.Trigger is DisplayTold.Off or DisplayTold.Warming or DisplayTold.On or DisplayTold.Cooling;

        // Before anybody hears of the new state.
        if (isTold && move.Destination is not DisplayMode.On) _line.PictureWent();
        _device().SetMode(move.Destination.ToString());
        if (isTold) Compare(move);
        if (move.Destination is DisplayMode.On)
        {
            _device().Clear(DisplayWords.DidNotComeOn.Code);
            _line.PictureCame();
        }

        if (isTold) Settle(move.Destination);
    }

    /// <summary>What the display says, beside what it was wished and should do.</summary>
    private void Compare(StateMachine<DisplayMode, DisplayTold>.Transition move)
    {
        if (move.Source is DisplayMode.Starting or DisplayMode.Stopping) _device().Clear(DisplayWords.NotFollowing.Code);
        if (move.Source is DisplayMode.Cooling && _traits.CoolsTooLong is { } tooLong) _device().Clear(tooLong.Code);
        if (move is { Source: DisplayMode.Warming, Destination: DisplayMode.Off or DisplayMode.Cooling })
            _device().Raise(DisplayWords.DidNotComeOn.Code, "the warm-up ended without a picture", "预热结束但没有画面");
        if (_wished != Direction(move.Trigger) && IsUnasked(move.Source, move.Destination))
            _device().Happened(DisplayWords.PowerUnasked, ("power", Word(move.Destination)));
    }

    private void Settle(DisplayMode mode)
    {
        if (mode is DisplayMode.On or DisplayMode.Off && _held.Take() is { } held) Wish(held);
        _line.Settled(mode);
    }

    /// <summary>Neither a wish of ours nor the way that one takes: a remote control, a timer of its own, a protective shut-down, a display that wakes by itself.</summary>
    private static bool IsUnasked(DisplayMode from, DisplayMode to) => (from, to) switch
    {
        (DisplayMode.Off or DisplayMode.On, _) => true,
        (DisplayMode.Starting, DisplayMode.Cooling) or (DisplayMode.Stopping, DisplayMode.Warming) => true,
        (DisplayMode.Warming, DisplayMode.Off or DisplayMode.Cooling) or (DisplayMode.Cooling, DisplayMode.On or DisplayMode.Warming) => true,
        _ => false,
    };

    private static DisplayTold Direction(DisplayTold told) => told is DisplayTold.On or DisplayTold.Warming ? DisplayTold.On : DisplayTold.Off;

    private static bool IsOn(CommandRequest command) => command.Verb == PowerWords.OnVerb;

    private static string Word(DisplayMode mode) => mode switch
    {
        DisplayMode.Off => PowerStates.Off,
        DisplayMode.Warming => PowerStates.Warming,
        DisplayMode.On => PowerStates.On,
        _ => PowerStates.Cooling,
    };
}
