namespace Hpc.Accounts.Services;

/// <summary>Sends codes for new passwords.</summary>
public interface IPasswordMailer
{
    /// <summary>Takes a message for sending and returns at once: how long that takes must not tell whether there is such an account.</summary>
    /// <param name="address">The account's address.</param>
    /// <param name="accountName">The account.</param>
    /// <param name="code">The code.</param>
    /// <param name="ct">Gives up.</param>
    ValueTask SendAsync(string address, string accountName, string code, CancellationToken ct);
}
