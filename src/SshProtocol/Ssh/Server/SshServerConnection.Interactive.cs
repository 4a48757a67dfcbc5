using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Authentication;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.Server;

/// <summary>Keyboard-interactive (RFC 4256): the password, then, for those who have one, the one-time password (R2.18); behind a key, that alone (R2.16).</summary>
internal sealed partial class SshServerConnection
{
    private const int MaxPasscodeBytes = 64;

    private void OnInteractive(string userName, WireReader reader)
    {
        //  string    language tag
        //  string    submethods
        if (!(reader.TryReadString(out _) & reader.TryReadString(out _)) || !reader.IsAtEnd)
        {
            throw SshProtocolException.Malformed(MessageNumber.UserauthRequest);
        }

        if (_authentication.IsPasscodeAlone)
        {
            AskForPasscode(userName, []);
            return;
        }

        _authentication.Question = new InteractiveQuestion(userName, null);
        Ask("Password: "u8);
    }

    /// <summary>It owns the password that was right, which is empty behind a key.</summary>
    private void AskForPasscode(string userName, byte[] password)
    {
        _authentication.Question = new InteractiveQuestion(userName, password);
        Ask("Authentication code: "u8);
    }

    private void Ask(ReadOnlySpan<byte> prompt)
    {
        //  string    name, instruction, language tag
        //  int       num-prompts
        //  string    prompt; boolean echo
        Span<byte> request = stackalloc byte[64];
        var writer = new WireWriter(request);
        writer.WriteByte((byte)MessageNumber.UserauthMethod60);
        writer.WriteString(""u8);
        writer.WriteString(""u8);
        writer.WriteString(""u8);
        writer.WriteUInt32(1);
        writer.WriteString(prompt);
        writer.WriteBoolean(false);
        Send(writer.Written);
    }

    private void OnInfoResponse(ReadOnlySpan<byte> payload)
    {
        if (_authentication.TakeQuestion() is not { } question)
        {
            throw SshProtocolException.Violation("an answer without a question");
        }

        try
        {
            TakeInfoResponse(question, payload);
        }
        finally
        {
            Forget(payload);
        }
    }

    private void TakeInfoResponse(InteractiveQuestion question, ReadOnlySpan<byte> payload)
    {
        //  int       num-responses
        //  string    response
        var reader = new WireReader(payload[1..]);
        if (!reader.TryReadUInt32(out uint count))
        {
            throw SshProtocolException.Malformed(MessageNumber.UserauthInfoResponse);
        }

        if (count != 1 || !reader.TryReadString(out ReadOnlySpan<byte> answer) || !reader.IsAtEnd || answer.Length > MaxPasswordBytes)
        {
            // RFC 4256 §3.4: a wrong number of answers is a failure.
            CryptographicOperations.ZeroMemory(question.Password);
            Refuse(question.UserName, LoginMethod.KeyboardInteractive, "wrong number or size of answers");
            return;
        }

        if (question.Password is not { } password)
        {
            JudgePassword(question.UserName, LoginMethod.KeyboardInteractive, answer);
            return;
        }

        // An answer that is no code is judged like a wrong one.
        string passcode = answer.Length <= MaxPasscodeBytes ? Encoding.UTF8.GetString(answer) : "";
        LoginAttempt attempt = NewAttempt(question.UserName, LoginMethod.KeyboardInteractive) with { Password = password, Passcode = passcode };
        WaitFor(JudgeAsync(attempt, password, keyAnswer: null));
    }
}
