import numpy as np


def solver(u0_batch, t_coordinate, beta):
    """Solve u_t + beta u_x = 0 on the periodic unit interval for every initial state.

    Parameters
    ----------
    u0_batch : array (batch, N)
        Point values at the cell centres x_i = (i + 1/2)/N.
    t_coordinate : array (T+1,)
        Times, the first one 0.
    beta : float
        Speed.

    Returns
    -------
    array (batch, T+1, N)
        The states at all times; [:, 0] equals u0_batch.
    """
    # TODO: write this function
    raise NotImplementedError
