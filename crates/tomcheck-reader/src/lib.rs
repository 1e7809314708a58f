//! What PC/SC says about the card readers of this machine, and which card is in them
