using System.Diagnostics;
using System.Text;
using Hpc.TestKit;

namespace Hpc.Crypto.Tests.Passwords;

/// <summary>Programs of others that make hashes.</summary>
internal static class Tool
{
    public static void SkipUnlessInstalled(string program) => Assert.SkipUnless(ClientRunner.Find(program) is not null, $"{program} is not installed");

    /// <summary>What a program writes when it reads <paramref name="input"/>, without the line's end.</summary>
    public static string Run(string program, string[] arguments, string input)
    {
        SkipUnlessInstalled(program);
        var start = new ProcessStartInfo(ClientRunner.Find(program)!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}");
        return output.TrimEnd('\n');
    }
}
