namespace Hpc.Accounts.Services;

/// <summary>What became of a change to an object.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Value">The object as it is now, complete as after a look-up; null unless it was added or changed.</param>
/// <param name="Message">One sentence for whoever asked; empty if it was done.</param>
/// <param name="Errors">What is wrong; empty unless <see cref="ObjectStatus.Invalid"/>.</param>
/// <typeparam name="T">Kind of the object.</typeparam>
public sealed record ObjectResult<T>(ObjectStatus Status, Versioned<T>? Value, string Message, IReadOnlyList<ObjectError> Errors)
    where T : class
{
    /// <summary>It is done.</summary>
    public static ObjectResult<T> Done(Versioned<T>? value) => new(ObjectStatus.Done, value, "", []);

    /// <summary>It breaks rules.</summary>
    public static ObjectResult<T> Invalid(IReadOnlyList<ObjectError> errors) => new(ObjectStatus.Invalid, null, string.Join(' ', errors), errors);

    /// <summary>It was not done.</summary>
    public static ObjectResult<T> Failed(ObjectStatus status, string message) => new(status, null, message, []);
}
