using AvGateway.Devices;

namespace AvGateway.Drivers.Protocols;

/// <summary>The protocol's side of a display: what <see cref="DisplayPower{TReply}"/> has done by its driver.</summary>
internal interface IDisplayPowerLine
{
    /// <summary>Asks how the power is, of a display of which nothing is known yet.</summary>
    void AskPower();

    /// <summary>Asks how the power is, unless that is being asked already.</summary>
    void LookAtPower();

    /// <summary>Asks how the power is on behalf of a wish for which nothing else is sent.</summary>
    void LookAtPower(CommandRequest command);

    /// <summary>Sends the wish, and tells what became of it: <c>Asked</c>, then <c>Taken</c> or <c>NotTaken</c>.</summary>
    void SendPower(CommandRequest command);

    /// <summary>The display is on: what it shows can be read.</summary>
    void PictureCame();

    /// <summary>The display is not on: what it showed must not look like something that is shown.</summary>
    void PictureWent();

    /// <summary>Wishes of the picture that waited are done now, or can no longer be.</summary>
    void Settled(DisplayMode mode);
}
